// Triad a = b + s * c over 2^28 floats, 3 GiB of traffic.
//
// plain: 16-byte loads, UNROLL of them a thread and array in flight; a block a piece, or a persistent grid.
// roles_direct: one warp loads tiles by bulk copies into a ring, the others add and store to global memory.
// roles_bulk: the others add in place, and one more warp stores the tiles by bulk copies.
// memcpy: device to device, as many bytes in all; bytes read and bytes written both count.
// nvcc -arch=sm_90 -O3 -std=c++17 triad.cu -o triad && ./triad
#include "peer.cuh"

using namespace peer;

constexpr size_t N = size_t(1) << 28;  // a multiple of every tile
constexpr float S = 1.75f;
constexpr int MAX_DEPTH = 16;

__device__ __forceinline__ float4 triad(float4 b, float4 c) {
  return make_float4(fmaf(S, c.x, b.x), fmaf(S, c.y, b.y), fmaf(S, c.z, b.z), fmaf(S, c.w, b.w));
}

template <int UNROLL, bool STREAMING>
__global__ void plain(float4* a, const float4* b, const float4* c) {
  for (size_t i = blockIdx.x * (size_t)blockDim.x * UNROLL + threadIdx.x; i < N / 4; i += (size_t)gridDim.x * blockDim.x * UNROLL) {
    float4 left[UNROLL], right[UNROLL];
#pragma unroll
    for (int u = 0; u < UNROLL; u++) {
      const size_t k = i + u * blockDim.x;
      left[u] = STREAMING ? __ldcs(b + k) : b[k];
      right[u] = STREAMING ? __ldcs(c + k) : c[k];
    }
#pragma unroll
    for (int u = 0; u < UNROLL; u++) {
      const size_t k = i + u * blockDim.x;
      if (STREAMING)
        __stcs(a + k, triad(left[u], right[u]));
      else
        a[k] = triad(left[u], right[u]);
    }
  }
}

// Barriers of a ring. full: the loader's arrival and the bytes of two copies. done: an arrival a computing warp (BULK only).
// empty: the storing warp's arrival (BULK), or one a computing warp.
struct Ring {
  uint64_t full[MAX_DEPTH], done[MAX_DEPTH], empty[MAX_DEPTH];
};
// One thread; a slot is a tile of b and a tile of c.
__device__ void load_tiles(Ring& ring, float* slots, const float* b, const float* c, int tile, int depth) {
  const uint64_t policy = evict_first();
  Place at;
  for (size_t t = blockIdx.x; t < N / tile; t += gridDim.x, at.next(depth)) {
    float* slot = slots + at.slot * 2 * tile;
    wait(&ring.empty[at.slot], at.phase ^ 1);
    arrive_expecting(&ring.full[at.slot], 2 * tile * 4);
    bulk_load_once(slot, b + t * tile, tile * 4, &ring.full[at.slot], policy);
    bulk_load_once(slot + tile, c + t * tile, tile * 4, &ring.full[at.slot], policy);
  }
}
// One thread. A slot is free again when the copy out of it has read it: that of the tile before the latest has.
__device__ void store_tiles(Ring& ring, const float* slots, float* a, int tile, int depth) {
  Place at, before;
  bool any = false;
  for (size_t t = blockIdx.x; t < N / tile; t += gridDim.x, at.next(depth)) {
    wait(&ring.done[at.slot], at.phase);
    bulk_store(a + t * tile, slots + at.slot * 2 * tile, tile * 4);
    if (any) {
      bulk_stores_read<1>();
      arrive(&ring.empty[before.slot]);
      before.next(depth);
    }
    any = true;
  }
  bulk_stores_done();
}

template <bool BULK>
__global__ void __launch_bounds__(576) roles(float* a, const float* b, const float* c, int tile, int depth) {
  extern __shared__ __align__(128) float slots[];
  __shared__ Ring ring;
  const int others = BULK ? 2 : 1, threads = blockDim.x - 32 * others, lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  if (threadIdx.x == 0) {
    for (int slot = 0; slot < depth; slot++) {
      barrier_init(&ring.full[slot], 1);
      barrier_init(&ring.done[slot], threads / 32);
      barrier_init(&ring.empty[slot], BULK ? 1 : threads / 32);
    }
    barriers_ready();
  }
  __syncthreads();
  if (warp == 0) {
    if (lane == 0) load_tiles(ring, slots, b, c, tile, depth);
  } else if (BULK && warp == 1) {
    if (lane == 0) store_tiles(ring, slots, a, tile, depth);
  } else {
    Place at;
    for (size_t t = blockIdx.x; t < N / tile; t += gridDim.x, at.next(depth)) {
      float4* slot = reinterpret_cast<float4*>(slots + at.slot * 2 * tile);
      float4* out = reinterpret_cast<float4*>(a + t * tile);
      wait(&ring.full[at.slot], at.phase);
#pragma unroll 4
      for (int i = threadIdx.x - 32 * others; i < tile / 4; i += threads) {
        float4 sum = triad(slot[i], slot[tile / 4 + i]);
        if (BULK)
          slot[i] = sum;
        else
          __stcs(out + i, sum);
      }
      if (BULK) stores_visible_to_copies();
      __syncwarp();
      if (lane == 0) arrive(BULK ? &ring.done[at.slot] : &ring.empty[at.slot]);
    }
  }
}

struct Sum {
  const float *b, *c;
  __device__ double operator()(size_t i) const { return (double)b[i] + (double)S * c[i]; }
};
struct Same {
  const float* from;
  __device__ double operator()(size_t i) const { return from[i]; }
};

struct Peer {
  float *a = room(N), *b = filled(N, 1), *c = filled(N, 2);
  int sms = processors();
  Sweep sweep{"triad", N * 12.0, 1e-6, [this] { CK(cudaMemset(a, 0xff, N * 4)); },
              [this] { return largest_error(a, N, 1.0, Sum{b, c}); }};

  template <int UNROLL, bool STREAMING>
  void sweep_plain() {
    for (int block : {128, 256, 512, 1024})
      for (int blocks : {0, 2, 4, 8, 16, 32}) {  // 0: no loop, a block a piece
        int grid = blocks ? sms * blocks : (int)(N / 4 / block / UNROLL);
        sweep.one("plain", text("unroll=%d streaming=%d block=%d blocks_per_sm=%d", UNROLL, STREAMING, block, blocks), [=] {
          plain<UNROLL, STREAMING><<<grid, block>>>((float4*)a, (const float4*)b, (const float4*)c);
        });
      }
  }
  template <bool BULK>
  void sweep_roles() {
    allow_shared(roles<BULK>);
    for (int tile : {1024, 2048, 4096, 8192})
      for (int depth : {2, 3, 4, 6, 8, 12})
        for (int blocks : {1, 2, 3, 4})
          for (int warps : {2, 4, 8, 16}) {
            size_t bytes = (size_t)depth * 2 * tile * 4;
            if (!shared_fits(bytes, blocks) || bytes * blocks < 48 * 1024 || tile / 4 / 32 < warps || warps * blocks > 16) continue;
            sweep.one(BULK ? "roles_bulk" : "roles_direct", text("warps=%d tile=%d depth=%d blocks_per_sm=%d", warps, tile, depth, blocks),
                      [=] { roles<BULK><<<sms * blocks, 32 * (warps + 1 + BULK), bytes>>>(a, b, c, tile, depth); });
          }
  }
  // 1.5 N floats read, as many written: the triad's bytes.
  void copy() {
    constexpr size_t COUNT = N / 2 * 3;
    float *to = room(COUNT), *from = filled(COUNT, 3);
    sweep.one("memcpy", text("bytes=%zu", COUNT * 4), [=] { CK(cudaMemcpyAsync(to, from, COUNT * 4, cudaMemcpyDeviceToDevice)); },
              [=] { CK(cudaMemset(to, 0xff, COUNT * 4)); }, [=] { return largest_error(to, COUNT, 1.0, Same{from}); });
  }
};

int main() {
  Peer peer;
  peer.sweep_plain<1, false>(), peer.sweep_plain<2, false>(), peer.sweep_plain<4, false>(), peer.sweep_plain<8, false>();
  peer.sweep_plain<1, true>(), peer.sweep_plain<2, true>(), peer.sweep_plain<4, true>(), peer.sweep_plain<8, true>();
  peer.sweep_roles<false>(), peer.sweep_roles<true>();
  peer.copy();
  return peer.sweep.finish();
}
