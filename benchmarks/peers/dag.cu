// A straight-line DAG an element whose minimum live width is over 600 words. L = 80 layers of 8 values, 1280 multiply-adds:
//
//   s(l) = 1 << (l % 3)
//   v[0][m]     = fma(x, 0.25 + 0.0625 m, 0.03125 m - 0.1)
//   v[l][m]     = fma(mix(l, m), v[l - 1][m ^ s(l)], v[l - 1][m])          l = 1 … L - 1
//   w[0][m]     = v[L - 1][m]
//   w[l + 1][m] = fma(give(l, m), v[l][m], w[l][m ^ s(l)])                 l = 0 … L - 1
//   out         = w[L][0] + w[L][1] + … + w[L][7]                          from the left
//   mix(l, m)  = ((37 l + 11 m) % 16 - 7.5) / 400,  give(l, m) = ((29 l + 13 m) % 16 - 7.5) / 64
//
// Whatever the order: the first w that is computed is one of layer 1. It needs a v[L - 1], hence all v[l] with l <= L - 4 (three layers
// mix all 8), and each of those but one is still to be used by w[l + 1]: 77 * 8 - 1 = 615 words.
//
// plain: a thread an element; what the registers do not hold is spilled to local memory.
// shared: a thread an element, the first HELD layers in shared memory by hand.
// split: a group of warps for 32 elements, each warp owns L / PARTS layers in registers, or the first HELD of them in shared memory, so
// that more groups fit; the 8 values of a layer go from warp to warp through shared memory, first along v, then along w.
// nvcc -arch=sm_90 -O3 -std=c++17 dag.cu -o dag && ./dag
#include "peer.cuh"

using namespace peer;

constexpr int LAYERS = 80, WIDE = 8;
constexpr size_t N = size_t(1) << 22;

__host__ __device__ constexpr int shift(int l) { return 1 << (l % 3); }
__host__ __device__ constexpr float mix(int l, int m) { return ((37 * l + 11 * m) % 16 - 7.5f) / 400; }
__host__ __device__ constexpr float give(int l, int m) { return ((29 * l + 13 * m) % 16 - 7.5f) / 64; }

template <class Number>
__device__ __forceinline__ void first_layer(Number (&to)[WIDE], Number x) {
#pragma unroll
  for (int m = 0; m < WIDE; m++) to[m] = fma(x, (Number)(0.25f + 0.0625f * m), (Number)(0.03125f * m - 0.1f));
}
template <class Number>
__device__ __forceinline__ void mix_layer(Number (&to)[WIDE], const Number (&from)[WIDE], int l) {
#pragma unroll
  for (int m = 0; m < WIDE; m++) to[m] = fma((Number)mix(l, m), from[m ^ shift(l)], from[m]);
}
template <class Number>
__device__ __forceinline__ void give_layer(Number (&w)[WIDE], const Number (&v)[WIDE], int l) {
  Number next[WIDE];
#pragma unroll
  for (int m = 0; m < WIDE; m++) next[m] = fma((Number)give(l, m), v[m], w[m ^ shift(l)]);
#pragma unroll
  for (int m = 0; m < WIDE; m++) w[m] = next[m];
}
template <class Number>
__device__ __forceinline__ void copy_layer(Number (&to)[WIDE], const Number (&from)[WIDE]) {
#pragma unroll
  for (int m = 0; m < WIDE; m++) to[m] = from[m];
}
template <class Number>
__device__ __forceinline__ Number last_sum(const Number (&w)[WIDE]) {
  Number sum = w[0];
#pragma unroll
  for (int m = 1; m < WIDE; m++) sum += w[m];
  return sum;
}

__device__ __forceinline__ float element(float x) {
  float v[LAYERS][WIDE], w[WIDE];
  first_layer(v[0], x);
#pragma unroll
  for (int l = 1; l < LAYERS; l++) mix_layer(v[l], v[l - 1], l);
  copy_layer(w, v[LAYERS - 1]);
#pragma unroll
  for (int l = 0; l < LAYERS; l++) give_layer(w, v[l], l);
  return last_sum(w);
}
template <int REGISTERS>
__global__ void __maxnreg__(REGISTERS) plain(const float* __restrict__ x, float* out) {
  for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < N; i += (size_t)gridDim.x * blockDim.x) out[i] = element(x[i]);
}

// A layer of one thread in shared memory, 16 bytes beside those of its neighbours.
__device__ __forceinline__ void put(float4* at, int pitch, const float (&layer)[WIDE]) {
  at[0] = make_float4(layer[0], layer[1], layer[2], layer[3]);
  at[pitch] = make_float4(layer[4], layer[5], layer[6], layer[7]);
}
// A load that the compiler does not replace by the registers that were stored.
__device__ __forceinline__ void get(float (&layer)[WIDE], const float4* at, int pitch) {
#pragma unroll
  for (int half = 0; half < 2; half++)
    asm volatile("ld.volatile.shared.v4.f32 {%0, %1, %2, %3}, [%4];"
                 : "=f"(layer[half * 4]), "=f"(layer[half * 4 + 1]), "=f"(layer[half * 4 + 2]), "=f"(layer[half * 4 + 3])
                 : "r"(shared_address(at + half * pitch))
                 : "memory");
}

// COUNT layers of v from BASE on, made from `last`, the layer in front of them, or from x. The first HELD are kept at `held`, the
// others in v; behind them `last` is the last.
template <int BASE, int COUNT, int HELD>
__device__ __forceinline__ void layers_forth(float (&v)[COUNT - HELD][WIDE], float (&last)[WIDE], float x, float4* held, int pitch) {
#pragma unroll
  for (int l = 0; l < COUNT; l++) {
    float next[WIDE];
    if (BASE + l == 0)
      first_layer(next, x);
    else
      mix_layer(next, last, BASE + l);
    copy_layer(last, next);
    if (l < HELD)
      put(held + l * 2 * pitch, pitch, last);
    else
      copy_layer(v[l < HELD ? 0 : l - HELD], last);
  }
}
template <int BASE, int COUNT, int HELD>
__device__ __forceinline__ void layers_back(float (&w)[WIDE], const float (&v)[COUNT - HELD][WIDE], const float4* held, int pitch) {
#pragma unroll
  for (int l = 0; l < COUNT; l++) {
    float layer[WIDE];
    if (l < HELD)
      get(layer, held + l * 2 * pitch, pitch);
    else
      copy_layer(layer, v[l < HELD ? 0 : l - HELD]);
    give_layer(w, layer, BASE + l);
  }
}

template <int HELD, int BLOCK>
__global__ void __launch_bounds__(BLOCK, 1) shared(const float* __restrict__ x, float* out) {
  extern __shared__ __align__(128) float4 held[];  // [HELD][2][BLOCK]
  for (size_t i = blockIdx.x * (size_t)BLOCK + threadIdx.x; i < N; i += (size_t)gridDim.x * BLOCK) {
    float v[LAYERS - HELD][WIDE], w[WIDE];
    layers_forth<0, LAYERS, HELD>(v, w, __ldg(x + i), held + threadIdx.x, BLOCK);
    layers_back<0, LAYERS, HELD>(w, v, held + threadIdx.x, BLOCK);
    out[i] = last_sum(w);
  }
}

// A layer of 32 elements on its way from a warp to the next. Nobody says that a slot is empty, as each layer's successor is made from
// what depends on it: v of a batch comes to a warp after w of the batch before has left the warp in front, for which all had to read.
struct Slot {
  float4 layer[2][32];
  uint64_t full;
};
__device__ __forceinline__ void send(Slot& slot, const float (&layer)[WIDE], int lane) {
  put(&slot.layer[0][lane], 32, layer);
  __syncwarp();
  if (lane == 0) arrive(&slot.full);
}
__device__ __forceinline__ void receive(float (&layer)[WIDE], Slot& slot, int lane, uint32_t phase) {
  wait(&slot.full, phase);
  get(layer, &slot.layer[0][lane], 32);
}

template <int PARTS, int BLOCKS, int HELD>
__global__ void __launch_bounds__(PARTS * 32, BLOCKS) split(const float* __restrict__ x, float* out) {
  constexpr int OWN = LAYERS / PARTS;
  extern __shared__ __align__(128) float4 held[];  // [PARTS][HELD][2][32]
  __shared__ Slot forth[PARTS], back[PARTS];       // what part p receives
  const int lane = threadIdx.x % 32;
  if (threadIdx.x == 0) {
    for (int p = 0; p < PARTS; p++) barrier_init(&forth[p].full, 1), barrier_init(&back[p].full, 1);
    barriers_ready();
  }
  __syncthreads();
  for_part<PARTS>(threadIdx.x / 32, [&](auto part) {
    constexpr int P = decltype(part)::value;
    float4* mine = held + P * HELD * 2 * 32 + lane;
    uint32_t phase = 0;
    for (size_t i = blockIdx.x * (size_t)32 + lane; i < N; i += (size_t)gridDim.x * 32, phase ^= 1) {
      float v[OWN - HELD][WIDE], w[WIDE];
      if (P > 0) receive(w, forth[P], lane, phase);
      layers_forth<P * OWN, OWN, HELD>(v, w, P ? 0.0f : __ldg(x + i), mine, 32);
      send(P + 1 < PARTS ? forth[(P + 1) % PARTS] : back[0], w, lane);
      receive(w, back[P], lane, phase);
      layers_back<P * OWN, OWN, HELD>(w, v, mine, 32);
      if (P + 1 < PARTS)
        send(back[(P + 1) % PARTS], w, lane);
      else
        out[i] = last_sum(w);
    }
  });
}

__global__ void reference(const float* x, double* out) {
  for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < N; i += (size_t)gridDim.x * blockDim.x) {
    double v[LAYERS][WIDE], w[WIDE];
    first_layer(v[0], (double)x[i]);
#pragma unroll 1
    for (int l = 1; l < LAYERS; l++) mix_layer(v[l], v[l - 1], l);
    copy_layer(w, v[LAYERS - 1]);
#pragma unroll 1
    for (int l = 0; l < LAYERS; l++) give_layer(w, v[l], l);
    out[i] = last_sum(w);
  }
}
struct Known {
  const double* expected;
  __device__ double operator()(size_t i) const { return expected[i]; }
};

struct Peer {
  float *x = filled(N, 1), *out = room(N);
  double* expected;
  int sms = processors();
  Sweep sweep{"dag", N * 8.0, 1e-5, [this] { CK(cudaMemset(out, 0xff, N * 4)); },
              [this] { return largest_error(out, N, 1.0, Known{expected}); }};
  Peer() {
    CK(cudaMalloc(&expected, N * 8));
    reference<<<sms * 4, 128>>>(x, expected);
    CK(cudaGetLastError());
    CK(cudaDeviceSynchronize());
  }

  template <int REGISTERS>
  void sweep_plain() {
    prefer_l1(plain<REGISTERS>);
    for (int block : {32, 64, 96, 128, 256, 512})
      for (int blocks : {1, 2, 3, 4, 8, 16})
        if (block * blocks >= 64 && block * blocks * REGISTERS <= 65536)
          sweep.one("plain", text("maxreg=%d block=%d blocks_per_sm=%d", REGISTERS, block, blocks),
                    [=] { plain<REGISTERS><<<sms * blocks, block>>>(x, out); });
  }
  template <int HELD, int BLOCK>
  void try_shared() {
    constexpr size_t BYTES = (size_t)HELD * WIDE * BLOCK * 4;
    static_assert(BYTES <= SHARED_PER_BLOCK);
    allow_shared(shared<HELD, BLOCK>);
    sweep.one("shared", text("held=%d block=%d blocks_per_sm=1", HELD, BLOCK),
              [=] { shared<HELD, BLOCK><<<sms, BLOCK, BYTES>>>(x, out); });
  }
  template <int PARTS, int BLOCKS, int HELD>
  void try_split() {
    constexpr size_t BYTES = (size_t)PARTS * HELD * WIDE * 32 * 4;
    static_assert(BLOCKS * (BYTES + PARTS * 2 * sizeof(Slot) + 1024) <= SHARED_PER_PROCESSOR);
    auto kernel = split<PARTS, BLOCKS, HELD>;
    CK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)BYTES));
    sweep.one("split", text("parts=%d blocks_per_sm=%d held=%d", PARTS, BLOCKS, HELD),
              [=] { kernel<<<sms * BLOCKS, PARTS * 32, BYTES>>>(x, out); });
  }
};

int main() {
  Peer peer;
  peer.sweep_plain<64>(), peer.sweep_plain<96>(), peer.sweep_plain<128>(), peer.sweep_plain<168>(), peer.sweep_plain<255>();
  peer.try_shared<52, 128>(), peer.try_shared<56, 128>(), peer.try_shared<72, 96>();
  peer.try_split<4, 1, 0>(), peer.try_split<4, 2, 0>(), peer.try_split<4, 3, 3>(), peer.try_split<4, 4, 8>(), peer.try_split<4, 5, 9>();
  peer.try_split<5, 2, 0>(), peer.try_split<5, 3, 4>(), peer.try_split<5, 4, 8>();
  peer.try_split<8, 2, 0>(), peer.try_split<8, 3, 3>(), peer.try_split<10, 3, 4>();
  return peer.sweep.finish();
}
