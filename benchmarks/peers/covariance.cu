// Uncentred second moments of a 24-channel stream: the 300 sums of c_i * c_j, i <= j, over n samples; channels are arrays of their own.
//
// plain: a thread a sample, all 300 sums in each thread, more than its registers hold: they are spilled to local memory.
// plain_unrolled: the same with 2, 4 or 8 samples at once, so that a sum is fetched once for all of them.
// parts: no roles; each warp owns a part of the sums in registers, warps read the same samples through L1.
// roles: one warp loads tiles by bulk copies into a ring, the others own a part of the sums each (PARTS x GROUPS warps).
// Measured on an H200 before these sweeps: plain 3.22 ms, roles 0.727 ms.
// nvcc -arch=sm_90 -O3 -std=c++17 covariance.cu -o covariance && ./covariance
#include "peer.cuh"

using namespace peer;

constexpr int CHANNELS = 24, SUMS = 300, MAX_DEPTH = 16;
constexpr size_t N = size_t(1) << 25;  // a multiple of every tile

__host__ __device__ constexpr int pair_number(int i, int j) { return i * CHANNELS - i * (i - 1) / 2 + j - i; }

// COUNT consecutive samples of one channel in the widest load there is.
template <int COUNT>
__device__ __forceinline__ void load(float (&to)[COUNT], const float* from) {
  if constexpr (COUNT % 4 == 0) {
#pragma unroll
    for (int k = 0; k < COUNT; k += 4) {
      float4 four = *reinterpret_cast<const float4*>(from + k);
      to[k] = four.x, to[k + 1] = four.y, to[k + 2] = four.z, to[k + 3] = four.w;
    }
  } else if constexpr (COUNT == 2) {
    float2 two = *reinterpret_cast<const float2*>(from);
    to[0] = two.x, to[1] = two.y;
  } else {
    to[0] = *from;
  }
}

// Adds the products of COUNT samples to the sums FIRST … FIRST + LENGTH - 1. Only the channels that these sums need are loaded.
template <int FIRST, int LENGTH, int COUNT>
__device__ __forceinline__ void accumulate(float (&sum)[LENGTH], const float* samples, size_t pitch) {
  float c[CHANNELS][COUNT];
#pragma unroll
  for (int i = 0; i < CHANNELS; i++)
    if (pair_number(i, CHANNELS - 1) >= FIRST) load<COUNT>(c[i], samples + i * pitch);
#pragma unroll
  for (int i = 0; i < CHANNELS; i++)
#pragma unroll
    for (int j = i; j < CHANNELS; j++) {
      const int k = pair_number(i, j) - FIRST;
      if (k < 0 || k >= LENGTH) continue;
#pragma unroll
      for (int u = 0; u < COUNT; u++) sum[k] = fmaf(c[i][u], c[j][u], sum[k]);
    }
}

// The lanes' sums, added up, to FIRST … of a row.
template <int FIRST, int LENGTH>
__device__ __forceinline__ void write_sums(const float (&sum)[LENGTH], float* row) {
  const int lane = threadIdx.x % 32;
  float mine = 0;
#pragma unroll
  for (int k = 0; k < LENGTH; k++) {
    float all = sum[k];
#pragma unroll
    for (int distance = 16; distance; distance /= 2) all += __shfl_xor_sync(~0u, all, distance);
    if (lane == k % 32) mine = all;
    if (k % 4 == 3) __syncwarp();  // not all reductions at once: they would need more registers than the loop before them
    if (k % 32 == 31 || k == LENGTH - 1)
      if (lane <= k % 32) row[FIRST + k / 32 * 32 + lane] = mine;
  }
}
// A block of 128 a sum: all rows, added up.
__global__ void add_rows(const float* rows, int count, float* out) {
  __shared__ float part[4];
  float sum = 0;
  for (int row = threadIdx.x; row < count; row += 128) sum += rows[row * (size_t)SUMS + blockIdx.x];
  for (int distance = 16; distance; distance /= 2) sum += __shfl_xor_sync(~0u, sum, distance);
  if (threadIdx.x % 32 == 0) part[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x == 0) out[blockIdx.x] = part[0] + part[1] + part[2] + part[3];
}

template <int UNROLL, int REGISTERS>
__global__ void __maxnreg__(REGISTERS) plain(const float* x, float* rows) {
  float sum[SUMS] = {};
  for (size_t i = (blockIdx.x * (size_t)blockDim.x + threadIdx.x) * UNROLL; i < N; i += (size_t)gridDim.x * blockDim.x * UNROLL)
    accumulate<0, SUMS, UNROLL>(sum, x + i, N);
  write_sums<0>(sum, rows + (blockIdx.x * blockDim.x + threadIdx.x) / 32 * (size_t)SUMS);
}

template <int PARTS, int UNROLL, int REGISTERS>
__global__ void __maxnreg__(REGISTERS) parts(const float* x, float* rows) {
  constexpr int LENGTH = SUMS / PARTS;
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, groups = blockDim.x / 32 / PARTS;
  const size_t group = blockIdx.x * (size_t)groups + warp / PARTS, first = (group * 32 + lane) * UNROLL;
  for_part<PARTS>(warp % PARTS, [&](auto part) {
    constexpr int FIRST = decltype(part)::value * LENGTH;
    float sum[LENGTH] = {};
    for (size_t i = first; i < N; i += (size_t)gridDim.x * groups * 32 * UNROLL) accumulate<FIRST, LENGTH, UNROLL>(sum, x + i, N);
    write_sums<FIRST>(sum, rows + group * SUMS);
  });
}

// full: one arrival, the loader's, and the bytes of 24 copies. empty: one arrival a computing warp.
template <int PARTS, int GROUPS, int UNROLL, int BLOCKS>
__global__ void __launch_bounds__(32 * (1 + PARTS * GROUPS), BLOCKS) roles(const float* x, float* rows, int tile, int depth) {
  constexpr int LENGTH = SUMS / PARTS;
  extern __shared__ __align__(128) float ring[];  // [depth][CHANNELS][tile]
  __shared__ uint64_t full[MAX_DEPTH], empty[MAX_DEPTH];
  if (threadIdx.x == 0) {
    for (int slot = 0; slot < depth; slot++) barrier_init(&full[slot], 1), barrier_init(&empty[slot], PARTS * GROUPS);
    barriers_ready();
  }
  __syncthreads();
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32, tiles = (int)(N / tile);
  Place at;
  if (warp == 0) {
    for (int t = blockIdx.x; t < tiles; t += gridDim.x, at.next(depth)) {
      if (lane == 0) {
        wait(&empty[at.slot], at.phase ^ 1);
        arrive_expecting(&full[at.slot], CHANNELS * tile * 4);
      }
      __syncwarp();
      if (lane < CHANNELS) bulk_load(ring + (at.slot * CHANNELS + lane) * tile, x + lane * N + (size_t)t * tile, tile * 4, &full[at.slot]);
    }
  } else {
    const int group = (warp - 1) / PARTS, first = (group * 32 + lane) * UNROLL;
    for_part<PARTS>((warp - 1) % PARTS, [&](auto part) {
      constexpr int FIRST = decltype(part)::value * LENGTH;
      float sum[LENGTH] = {};
      for (int t = blockIdx.x; t < tiles; t += gridDim.x, at.next(depth)) {
        wait(&full[at.slot], at.phase);
        const float* samples = ring + at.slot * CHANNELS * tile;
        for (int i = first; i < tile; i += 32 * UNROLL * GROUPS) accumulate<FIRST, LENGTH, UNROLL>(sum, samples + i, tile);
        __syncwarp();
        if (lane == 0) arrive(&empty[at.slot]);
      }
      write_sums<FIRST>(sum, rows + (blockIdx.x * GROUPS + group) * (size_t)SUMS);
    });
  }
}

// Channels share a common part, each with its own weight, so that all 300 sums are large and different.
__global__ void fill_channels(float* x) {
  for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < N; i += (size_t)gridDim.x * blockDim.x)
    for (int c = 0; c < CHANNELS; c++) x[c * N + i] = 0.5f * uniform(c, i) + (0.1f + 0.03f * c) * uniform(CHANNELS, i);
}
// A block a pair.
__global__ void reference(const float* x, double* out) {
  int i = 0, k = blockIdx.x;
  while (k >= CHANNELS - i) k -= CHANNELS - i++;
  const float *a = x + i * N, *b = x + (i + k) * N;
  double sum = 0;
  for (size_t s = threadIdx.x; s < N; s += blockDim.x) sum += (double)a[s] * b[s];
  atomicAdd(&out[blockIdx.x], sum);
}

constexpr int MAX_ROWS = 132 * 64;  // a row a warp that owns all sums, or a group of warps

struct Peer {
  float *x = room(CHANNELS * N), *rows = room((size_t)MAX_ROWS * SUMS), *out = room(SUMS);
  int sms = processors();
  std::vector<double> expected = std::vector<double>(SUMS);
  Sweep sweep{"covariance", CHANNELS * N * 4.0, 2e-5,
              [this] {
                CK(cudaMemset(rows, 0xff, (size_t)MAX_ROWS * SUMS * 4));
                CK(cudaMemset(out, 0xff, SUMS * 4));
              },
              [this] { return error(); }};

  Peer() {
    double* sums;
    CK(cudaMalloc(&sums, SUMS * 8));
    CK(cudaMemset(sums, 0, SUMS * 8));
    fill_channels<<<4096, 256>>>(x);
    reference<<<SUMS, 1024>>>(x, sums);
    CK(cudaMemcpy(expected.data(), sums, SUMS * 8, cudaMemcpyDeviceToHost));
  }
  double error() {
    std::vector<float> got(SUMS);
    CK(cudaMemcpy(got.data(), out, SUMS * 4, cudaMemcpyDeviceToHost));
    double worst = 0;
    for (int k = 0; k < SUMS; k++) {
      double off = std::abs(got[k] - expected[k]) / std::abs(expected[k]);
      if (!(off <= worst)) worst = off == off ? off : INFINITY;
    }
    return worst;
  }
  template <class Kernel>
  Action direct(Kernel kernel, int block, int blocks, int rows_per_block) {
    return [=] {
      kernel<<<sms * blocks, block>>>(x, rows);
      add_rows<<<SUMS, 128>>>(rows, sms * blocks * rows_per_block, out);
    };
  }

  template <int UNROLL, int REGISTERS>
  void sweep_plain() {
    prefer_l1(plain<UNROLL, REGISTERS>);
    for (int block : {32, 64, 128, 256, 512})
      for (int blocks : {1, 2, 4, 8, 16})
        if (block * blocks >= 64 && block * blocks * REGISTERS <= 65536)
          sweep.one(UNROLL == 1 ? "plain" : "plain_unrolled",
                    text("unroll=%d maxreg=%d block=%d blocks_per_sm=%d", UNROLL, REGISTERS, block, blocks),
                    direct(plain<UNROLL, REGISTERS>, block, blocks, block / 32));
  }
  template <int PARTS, int UNROLL, int REGISTERS>
  void sweep_parts() {
    prefer_l1(parts<PARTS, UNROLL, REGISTERS>);
    for (int groups : {1, 2, 4})
      for (int blocks : {1, 2, 3, 4}) {
        int block = PARTS * groups * 32;
        if (block >= 96 && block * blocks * REGISTERS <= 65536)
          sweep.one("parts", text("parts=%d unroll=%d maxreg=%d block=%d blocks_per_sm=%d", PARTS, UNROLL, REGISTERS, block, blocks),
                    direct(parts<PARTS, UNROLL, REGISTERS>, block, blocks, groups));
      }
  }
  template <int PARTS, int GROUPS, int UNROLL, int BLOCKS>
  void sweep_roles() {
    auto kernel = roles<PARTS, GROUPS, UNROLL, BLOCKS>;
    allow_shared(kernel);
    for (int tile : {64, 128, 256, 512})
      for (int depth : {2, 3, 4, 6, 8, 12}) {
        size_t bytes = (size_t)depth * CHANNELS * tile * 4;
        if (tile % (32 * UNROLL * GROUPS) || !shared_fits(bytes, BLOCKS) || bytes * BLOCKS < 40000) continue;
        sweep.one("roles",
                  text("parts=%d groups=%d unroll=%d tile=%d depth=%d blocks_per_sm=%d", PARTS, GROUPS, UNROLL, tile, depth, BLOCKS),
                  [=] {
                    kernel<<<sms * BLOCKS, 32 * (1 + PARTS * GROUPS), bytes>>>(x, rows, tile, depth);
                    add_rows<<<SUMS, 128>>>(rows, sms * BLOCKS * GROUPS, out);
                  });
      }
  }
};

int main() {
  Peer peer;
  peer.sweep_plain<1, 64>(), peer.sweep_plain<1, 128>(), peer.sweep_plain<1, 168>(), peer.sweep_plain<1, 255>();
  peer.sweep_plain<2, 128>(), peer.sweep_plain<2, 255>();
  peer.sweep_plain<4, 168>(), peer.sweep_plain<4, 255>();
  peer.sweep_plain<8, 255>();
  peer.sweep_parts<4, 1, 128>(), peer.sweep_parts<4, 2, 168>(), peer.sweep_parts<4, 4, 255>(), peer.sweep_parts<2, 1, 255>();
  peer.sweep_roles<4, 1, 2, 1>(), peer.sweep_roles<4, 1, 4, 1>(), peer.sweep_roles<4, 1, 4, 2>();
  peer.sweep_roles<4, 2, 1, 1>(), peer.sweep_roles<4, 2, 2, 1>(), peer.sweep_roles<4, 2, 4, 1>(), peer.sweep_roles<4, 2, 1, 2>();
  peer.sweep_roles<4, 4, 1, 1>(), peer.sweep_roles<2, 2, 2, 1>(), peer.sweep_roles<3, 2, 4, 1>();
  return peer.sweep.finish();
}
