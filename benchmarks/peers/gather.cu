// Gather out[i] = f(x[index[i]]), index random, f a chain of k multiply-adds; k = 16, 64, 256, 512.
//
// plain: a thread an element, or UNROLL independent ones at once; a block a piece, or a persistent grid. Roles bring nothing here: the
// copy engine has no gather, so a role that loads would issue the same loads.
// nvcc -arch=sm_90 -O3 -std=c++17 gather.cu -o gather && ./gather
#include "peer.cuh"

using namespace peer;

constexpr size_t N = size_t(1) << 26;
constexpr float A = 0.9990234375f, B = 0.0078125f;

__global__ void fill_index(int* index) {
  for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < N; i += (size_t)gridDim.x * blockDim.x)
    index[i] = mixed(i * 2 + 12345) % N;
}

template <int K, class Number>
__device__ __forceinline__ Number chain(Number v) {
#pragma unroll 64
  for (int k = 0; k < K; k++) v = fma(v, (Number)A, (Number)B);
  return v;
}

// WIDE: a thread's elements are neighbours, indices and results 16 bytes at a time. Else they lie a block apart.
template <int K, int UNROLL, bool WIDE>
__global__ void plain(const float* __restrict__ x, const int* __restrict__ index, float* __restrict__ out) {
  for (size_t i = blockIdx.x * (size_t)blockDim.x * UNROLL; i < N; i += (size_t)gridDim.x * blockDim.x * UNROLL) {
    float v[UNROLL];
    if constexpr (WIDE) {
      const size_t first = i + threadIdx.x * UNROLL;
#pragma unroll
      for (int u = 0; u < UNROLL; u += 4) {
        int4 four = __ldcs((const int4*)(index + first + u));
        v[u] = __ldg(x + four.x), v[u + 1] = __ldg(x + four.y), v[u + 2] = __ldg(x + four.z), v[u + 3] = __ldg(x + four.w);
      }
#pragma unroll
      for (int u = 0; u < UNROLL; u++) v[u] = chain<K>(v[u]);
#pragma unroll
      for (int u = 0; u < UNROLL; u += 4) __stcs((float4*)(out + first + u), make_float4(v[u], v[u + 1], v[u + 2], v[u + 3]));
    } else {
      const size_t first = i + threadIdx.x;
#pragma unroll
      for (int u = 0; u < UNROLL; u++) v[u] = __ldg(x + __ldcs(index + first + u * blockDim.x));
#pragma unroll
      for (int u = 0; u < UNROLL; u++) v[u] = chain<K>(v[u]);
#pragma unroll
      for (int u = 0; u < UNROLL; u++) __stcs(out + first + u * blockDim.x, v[u]);
    }
  }
}

template <int K>
struct Gathered {
  const float* x;
  const int* index;
  __device__ double operator()(size_t i) const { return chain<K>((double)x[index[i]]); }
};

struct Data {
  float *x = filled(N, 1), *out = room(N);
  int* index;
  int sms = processors();
  Data() {
    CK(cudaMalloc(&index, N * 4));
    fill_index<<<4096, 256>>>(index);
  }
};

template <int K>
struct Peer {
  Data data;
  Sweep sweep{"gather", N * 12.0, 1e-4, [this] { CK(cudaMemset(data.out, 0xff, N * 4)); },
              [this] { return largest_error(data.out, N, 1.0, Gathered<K>{data.x, data.index}); }};
  explicit Peer(const Data& data) : data(data) {}

  template <int UNROLL, bool WIDE>
  void sweep_plain() {
    const Data d = data;
    for (int block : {64, 128, 256, 512, 1024})
      for (int blocks : {0, 4, 8, 16, 32}) {  // 0: no loop, a block a piece
        int grid = blocks ? d.sms * blocks : (int)(N / block / UNROLL);
        sweep.one(text("plain%d", K), text("k=%d unroll=%d wide=%d block=%d blocks_per_sm=%d", K, UNROLL, WIDE, block, blocks),
                  [=] { plain<K, UNROLL, WIDE><<<grid, block>>>(d.x, d.index, d.out); });
      }
  }
  int run() {
    sweep_plain<1, false>(), sweep_plain<2, false>(), sweep_plain<4, false>(), sweep_plain<8, false>();
    sweep_plain<4, true>(), sweep_plain<8, true>();
    return sweep.finish();
  }
};

int main() {
  Data data;
  return Peer<16>(data).run() | Peer<64>(data).run() | Peer<256>(data).run() | Peer<512>(data).run();
}
