// Stencils: 9 points in one dimension (radius 4) over 2^27 floats, and 5 points in two over 16384 x 16384.
//
// The input has a border all around, so that every output has all its neighbours: out[i] = sum of W[r] * x[i + r], r = 0 … 8; in two
// dimensions the rows have a border of 4 left and right, which keeps them aligned, and there is a row above and one below.
// plain: neighbours through L1. tile: a block's piece and halo in shared memory. roles: one warp loads pieces with their halos by bulk
// copies into a ring, the others compute and store.
// nvcc -arch=sm_90 -O3 -std=c++17 stencil.cu -o stencil && ./stencil
#include "peer.cuh"

using namespace peer;

// ---- one dimension ----

constexpr size_t N = size_t(1) << 27;
constexpr int RADIUS = 4, POINTS = 2 * RADIUS + 1, MAX_DEPTH = 16;

__host__ __device__ constexpr float weight(int r) { return 0.05f + 0.03f * r; }

// UNROLL outputs from the UNROLL + 8 inputs at `from`, 16 bytes at a time.
template <int UNROLL, class Four>
__device__ __forceinline__ void nine_points(const Four* from, float4* to) {
  float x[UNROLL + 2 * RADIUS], y[UNROLL];
#pragma unroll
  for (int k = 0; k < UNROLL + 2 * RADIUS; k += 4) {
    float4 four = from[k / 4];
    x[k] = four.x, x[k + 1] = four.y, x[k + 2] = four.z, x[k + 3] = four.w;
  }
#pragma unroll
  for (int k = 0; k < UNROLL; k++) {
    y[k] = weight(0) * x[k];
#pragma unroll
    for (int r = 1; r < POINTS; r++) y[k] = fmaf(weight(r), x[k + r], y[k]);
  }
#pragma unroll
  for (int k = 0; k < UNROLL; k += 4) __stcs(to + k / 4, make_float4(y[k], y[k + 1], y[k + 2], y[k + 3]));
}

template <int UNROLL>
__global__ void line_plain(const float* __restrict__ x, float* out) {
  for (size_t i = (blockIdx.x * (size_t)blockDim.x + threadIdx.x) * UNROLL; i < N; i += (size_t)gridDim.x * blockDim.x * UNROLL)
    nine_points<UNROLL>((const float4*)(x + i), (float4*)(out + i));
}

// A block's piece is blockDim.x * UNROLL outputs; a thread's outputs lie a block's width of float4 apart.
template <int UNROLL>
__global__ void line_tile(const float* __restrict__ x, float* out) {
  extern __shared__ __align__(128) float piece[];
  const int fours = blockDim.x * UNROLL / 4;
  for (size_t base = blockIdx.x * (size_t)fours * 4; base < N; base += (size_t)gridDim.x * fours * 4) {
    const float4* from = (const float4*)(x + base);
    float4* held = (float4*)piece;
#pragma unroll
    for (int u = 0; u < UNROLL / 4; u++) held[threadIdx.x + u * blockDim.x] = __ldg(from + threadIdx.x + u * blockDim.x);
    if (threadIdx.x < 2 * RADIUS / 4) held[fours + threadIdx.x] = __ldg(from + fours + threadIdx.x);
    __syncthreads();
#pragma unroll
    for (int u = 0; u < UNROLL / 4; u++) {
      const int at = threadIdx.x + u * blockDim.x;
      nine_points<4>(held + at, (float4*)(out + base) + at);
    }
    __syncthreads();
  }
}

// full: the loader's arrival and the bytes. empty: an arrival a computing warp.
__global__ void __launch_bounds__(544) line_roles(const float* x, float* out, int tile, int depth) {
  extern __shared__ __align__(128) float slots[];
  __shared__ uint64_t full[MAX_DEPTH], empty[MAX_DEPTH];
  const int threads = blockDim.x - 32, pitch = tile + 2 * RADIUS;
  if (threadIdx.x == 0) {
    for (int slot = 0; slot < depth; slot++) barrier_init(&full[slot], 1), barrier_init(&empty[slot], threads / 32);
    barriers_ready();
  }
  __syncthreads();
  Place at;
  if (threadIdx.x < 32) {
    if (threadIdx.x == 0)
      for (size_t t = blockIdx.x; t < N / tile; t += gridDim.x, at.next(depth)) {
        wait(&empty[at.slot], at.phase ^ 1);
        arrive_expecting(&full[at.slot], pitch * 4);
        bulk_load(slots + at.slot * pitch, x + t * tile, pitch * 4, &full[at.slot]);
      }
  } else {
    for (size_t t = blockIdx.x; t < N / tile; t += gridDim.x, at.next(depth)) {
      const float4* piece = (const float4*)(slots + at.slot * pitch);
      wait(&full[at.slot], at.phase);
      for (int i = threadIdx.x - 32; i < tile / 4; i += threads) nine_points<4>(piece + i, (float4*)(out + t * tile) + i);
      __syncwarp();
      if (threadIdx.x % 32 == 0) arrive(&empty[at.slot]);
    }
  }
}

struct NinePoints {
  const float* x;
  __device__ double operator()(size_t i) const {
    double sum = 0;
    for (int r = 0; r < POINTS; r++) sum += (double)weight(r) * x[i + r];
    return sum;
  }
};

struct Line {
  float *x = filled(N + 2 * RADIUS, 1), *out = room(N);
  int sms = processors();
  Sweep sweep{"stencil1d", N * 8.0, 1e-6, [this] { CK(cudaMemset(out, 0xff, N * 4)); },
              [this] { return largest_error(out, N, 1.0, NinePoints{x}); }};

  template <int UNROLL, class Kernel>
  void sweep_blocks(const char* variant, Kernel kernel, bool shared) {
    if (shared) allow_shared(kernel);
    for (int block : {64, 128, 256, 512, 1024})
      for (int blocks : {0, 2, 4, 8, 16}) {  // 0: no loop, a block a piece
        int grid = blocks ? sms * blocks : (int)(N / block / UNROLL);
        size_t bytes = shared ? (block * UNROLL + 2 * RADIUS) * 4 : 0;
        sweep.one(variant, text("unroll=%d block=%d blocks_per_sm=%d", UNROLL, block, blocks),
                  [=] { kernel<<<grid, block, bytes>>>(x, out); });
      }
  }
  void sweep_roles() {
    allow_shared(line_roles);
    for (int tile : {1024, 2048, 4096, 8192})
      for (int depth : {2, 3, 4, 6, 8, 12})
        for (int blocks : {1, 2, 4})
          for (int warps : {4, 8, 16}) {
            size_t bytes = (size_t)depth * (tile + 2 * RADIUS) * 4;
            if (!shared_fits(bytes, blocks) || bytes * blocks < 48 * 1024 || tile / 128 < warps || warps * blocks > 32) continue;
            sweep.one("roles", text("warps=%d tile=%d depth=%d blocks_per_sm=%d", warps, tile, depth, blocks),
                      [=] { line_roles<<<sms * blocks, 32 * (warps + 1), bytes>>>(x, out, tile, depth); });
          }
  }
  int run() {
    sweep_blocks<4>("plain", line_plain<4>, false), sweep_blocks<8>("plain", line_plain<8>, false);
    sweep_blocks<16>("plain", line_plain<16>, false);
    sweep_blocks<4>("tile", line_tile<4>, true), sweep_blocks<8>("tile", line_tile<8>, true), sweep_blocks<16>("tile", line_tile<16>, true);
    sweep_roles();
    return sweep.finish();
  }
};

// ---- two dimensions ----

constexpr int SIDE = 16384, BORDER = 4, PITCH = SIDE + 2 * BORDER;
constexpr float CENTRE = 0.5f, NEXT = 0.1f, BELOW = 0.15f;

__device__ __forceinline__ float4 five_points(float4 up, float left, float4 mid, float right, float4 down) {
  auto one = [](float u, float l, float m, float r, float d) {
    return fmaf(CENTRE, m, fmaf(NEXT, l, fmaf(NEXT, r, fmaf(BELOW, u, BELOW * d))));
  };
  return make_float4(one(up.x, left, mid.x, mid.y, down.x), one(up.y, mid.x, mid.y, mid.z, down.y),
                     one(up.z, mid.y, mid.z, mid.w, down.z), one(up.w, mid.z, mid.w, right, down.w));
}

// A thread makes ROWS outputs of 16 bytes, one below the other; it keeps three rows in registers.
template <int ROWS>
__global__ void plane_plain(const float* __restrict__ x, float* __restrict__ out) {
  const int column = (blockIdx.x * blockDim.x + threadIdx.x) * 4, row = (blockIdx.y * blockDim.y + threadIdx.y) * ROWS;
  const float* from = x + (size_t)row * PITCH + BORDER + column;
  float4 up = *(const float4*)from, mid = *(const float4*)(from + PITCH);
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    const float* middle = from + (size_t)(r + 1) * PITCH;
    float4 down = *(const float4*)(middle + PITCH);
    __stcs((float4*)(out + (size_t)(row + r) * SIDE + column), five_points(up, middle[-1], mid, middle[4], down));
    up = mid, mid = down;
  }
}

// A block's piece, blockDim.x * 4 wide and blockDim.y * ROWS high, with its halo in shared memory.
template <int ROWS>
__global__ void plane_tile(const float* __restrict__ x, float* __restrict__ out) {
  extern __shared__ __align__(128) float piece[];
  const int width = blockDim.x * 4 + 2 * BORDER, height = blockDim.y * ROWS, column = blockIdx.x * blockDim.x * 4;
  const float* from = x + (size_t)blockIdx.y * height * PITCH + column;
  for (int r = threadIdx.y; r < height + 2; r += blockDim.y)
    for (int i = threadIdx.x; i < width / 4; i += blockDim.x)
      ((float4*)(piece + r * width))[i] = __ldg((const float4*)(from + (size_t)r * PITCH) + i);
  __syncthreads();
#pragma unroll
  for (int u = 0; u < ROWS; u++) {
    const int r = threadIdx.y + u * blockDim.y;
    const float* middle = piece + (r + 1) * width + BORDER + threadIdx.x * 4;
    const float4 up = *(const float4*)(middle - width), mid = *(const float4*)middle, down = *(const float4*)(middle + width);
    float4* to = (float4*)(out + ((size_t)blockIdx.y * height + r) * SIDE + column) + threadIdx.x;
    __stcs(to, five_points(up, middle[-1], mid, middle[4], down));
  }
}

struct FivePoints {
  const float* x;
  __device__ double operator()(size_t i) const {
    const float* m = x + (i / SIDE + 1) * PITCH + BORDER + i % SIDE;
    return (double)CENTRE * m[0] + (double)NEXT * m[-1] + (double)NEXT * m[1] + (double)BELOW * m[-PITCH] + (double)BELOW * m[PITCH];
  }
};

struct Plane {
  static constexpr size_t COUNT = (size_t)SIDE * SIDE;
  float *x = filled((size_t)(SIDE + 2) * PITCH, 2), *out = room(COUNT);
  Sweep sweep{"stencil2d", COUNT * 8.0, 1e-6, [this] { CK(cudaMemset(out, 0xff, COUNT * 4)); },
              [this] { return largest_error(out, COUNT, 1.0, FivePoints{x}); }};

  template <int ROWS, class Kernel>
  void sweep_blocks(const char* variant, Kernel kernel, bool shared) {
    if (shared) allow_shared(kernel);
    for (int wide : {32, 64, 128, 256, 512})
      for (int high : {1, 2, 4, 8, 16}) {
        if (wide * high < 64 || wide * high > 1024) continue;
        dim3 block(wide, high), grid(SIDE / 4 / wide, SIDE / high / ROWS);
        size_t bytes = shared ? (size_t)(wide * 4 + 2 * BORDER) * (high * ROWS + 2) * 4 : 0;
        if (!shared_fits(bytes, 1)) continue;
        sweep.one(variant, text("rows=%d block_x=%d block_y=%d", ROWS, wide, high), [=] { kernel<<<grid, block, bytes>>>(x, out); });
      }
  }
  int run() {
    sweep_blocks<1>("plain", plane_plain<1>, false), sweep_blocks<2>("plain", plane_plain<2>, false);
    sweep_blocks<4>("plain", plane_plain<4>, false), sweep_blocks<8>("plain", plane_plain<8>, false);
    sweep_blocks<16>("plain", plane_plain<16>, false);
    sweep_blocks<1>("tile", plane_tile<1>, true), sweep_blocks<2>("tile", plane_tile<2>, true);
    sweep_blocks<4>("tile", plane_tile<4>, true), sweep_blocks<8>("tile", plane_tile<8>, true);
    return sweep.finish();
  }
};

int main() { return Line().run() | Plane().run(); }
