// Hand-over of slots between two warps of a block: cycles a slot, by depth of the ring; and the bare round trip of two mbarriers.
//
// The producer waits until the slot is empty, writes a word a lane, commits; the consumer waits until it is full, reads, releases. At
// D = 1 each slot costs a whole round trip, at D > 1 the two overlap.
// arrivals=1: a __syncwarp and lane 0's arrival. arrivals=32: every lane arrives, no __syncwarp.
// waiters=1: lane 0 waits, then __syncwarp. waiters=32: every lane waits. words=0: no tile, the hand-over alone.
// nvcc -arch=sm_90 -O3 -std=c++17 channel.cu -o channel && ./channel
#include "peer.cuh"

using namespace peer;

constexpr int SLOTS = 20000, RUNS = 9;

// As in limits.cu: one lane on each side, an arrival and a wait each way.
__global__ void round_trip(long long* cycles) {
  __shared__ uint64_t ping, pong;
  if (threadIdx.x == 0) {
    barrier_init(&ping, 1), barrier_init(&pong, 1);
    barriers_ready();
  }
  __syncthreads();
  long long begin = clock64();
  if (threadIdx.x == 0) {
    for (int i = 0; i < SLOTS; i++) arrive(&ping), wait(&pong, i & 1);
    *cycles = clock64() - begin;
  } else if (threadIdx.x == 32) {
    for (int i = 0; i < SLOTS; i++) wait(&ping, i & 1), arrive(&pong);
  }
}

template <int WAITERS>
__device__ __forceinline__ void warp_waits(uint64_t* barrier, uint32_t parity) {
  if (WAITERS == 32 || threadIdx.x % 32 == 0) wait(barrier, parity);
  if (WAITERS == 1) __syncwarp();
}
template <int ARRIVALS>
__device__ __forceinline__ void warp_arrives(uint64_t* barrier) {
  if (ARRIVALS == 1) __syncwarp();
  if (ARRIVALS == 32 || threadIdx.x % 32 == 0) arrive(barrier);
}

// sums: what each lane of the consumer read, added up.
template <int DEPTH, int ARRIVALS, int WAITERS, int WORDS>
__global__ void hand_over(long long* cycles, unsigned* sums) {
  __shared__ uint64_t full[DEPTH], empty[DEPTH];
  __shared__ unsigned slots[DEPTH][32 * (WORDS ? WORDS : 1)];
  if (threadIdx.x == 0) {
    for (int slot = 0; slot < DEPTH; slot++) barrier_init(&full[slot], ARRIVALS), barrier_init(&empty[slot], ARRIVALS);
    barriers_ready();
  }
  __syncthreads();
  const int lane = threadIdx.x % 32;
  long long begin = clock64();
  unsigned sum = 0;
  Place at;
  if (threadIdx.x < 32) {
    for (int i = 0; i < SLOTS; i++, at.next(DEPTH)) {
      warp_waits<WAITERS>(&empty[at.slot], at.phase ^ 1);
#pragma unroll
      for (int word = 0; word < WORDS; word++) slots[at.slot][word * 32 + lane] = i * 7 + word * 3 + lane;
      warp_arrives<ARRIVALS>(&full[at.slot]);
    }
  } else {
    for (int i = 0; i < SLOTS; i++, at.next(DEPTH)) {
      warp_waits<WAITERS>(&full[at.slot], at.phase);
#pragma unroll
      for (int word = 0; word < WORDS; word++) sum += slots[at.slot][word * 32 + lane];
      warp_arrives<ARRIVALS>(&empty[at.slot]);
    }
    sums[lane] = sum;
    if (lane == 0) *cycles = clock64() - begin;
  }
}

// The median of some launches, in cycles a slot.
template <class Launch>
double measured(long long* cycles, const Launch& launch) {
  std::vector<double> times;
  for (int run = 0; run < RUNS + 1; run++) {
    launch();
    CK(cudaGetLastError());
    CK(cudaDeviceSynchronize());
    long long took;
    CK(cudaMemcpy(&took, cycles, 8, cudaMemcpyDeviceToHost));
    if (run) times.push_back((double)took / SLOTS);  // the first one warms up
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

struct Peer {
  long long* cycles;
  unsigned* sums;
  double trip = 0;
  int wrong = 0;
  std::map<int, std::pair<double, std::string>> best;  // by depth, of those that hand over a word a lane
  Peer() {
    CK(cudaMalloc(&cycles, 8));
    CK(cudaMalloc(&sums, 32 * 4));
  }

  void bare() {
    trip = measured(cycles, [&] { round_trip<<<1, 64>>>(cycles); });
    printf("channel row=best variant=round_trip cycles=%.1f\n", trip);
  }
  bool right(int words) {
    unsigned got[32];
    CK(cudaMemcpy(got, sums, sizeof got, cudaMemcpyDeviceToHost));
    for (unsigned lane = 0; lane < 32; lane++) {
      unsigned want = 0;
      for (unsigned i = 0; i < SLOTS; i++)
        for (unsigned word = 0; word < (unsigned)words; word++) want += i * 7 + word * 3 + lane;
      if (got[lane] != want) return false;
    }
    return true;
  }
  template <int DEPTH, int ARRIVALS, int WAITERS, int WORDS>
  void one() {
    CK(cudaMemset(sums, 0xff, 32 * 4));
    double took = measured(cycles, [&] { hand_over<DEPTH, ARRIVALS, WAITERS, WORDS><<<1, 64>>>(cycles, sums); });
    bool ok = right(WORDS);
    if (!ok) wrong++;
    std::string knobs = text("depth=%d arrivals=%d waiters=%d words=%d", DEPTH, ARRIVALS, WAITERS, WORDS);
    printf("channel row=try variant=hand_over %s cycles=%.1f trips=%.2f ok=%d\n", knobs.c_str(), took, took / trip, ok);
    if (WORDS == 1 && ok && (!best.count(DEPTH) || took < best[DEPTH].first)) best[DEPTH] = {took, knobs};
  }
  template <int DEPTH>
  void depth() {
    one<DEPTH, 1, 1, 0>(), one<DEPTH, 1, 32, 0>(), one<DEPTH, 32, 1, 0>(), one<DEPTH, 32, 32, 0>();
    one<DEPTH, 1, 1, 1>(), one<DEPTH, 1, 32, 1>(), one<DEPTH, 32, 1, 1>(), one<DEPTH, 32, 32, 1>();
    one<DEPTH, 1, 32, 8>(), one<DEPTH, 32, 32, 8>();
  }
};

int main() {
  Peer peer;
  peer.bare();
  peer.depth<1>(), peer.depth<2>(), peer.depth<4>(), peer.depth<8>();
  for (auto& [depth, row] : peer.best)
    printf("channel row=best variant=hand_over%d %s cycles=%.1f trips=%.2f\n", depth, row.second.c_str(), row.first, row.first / peer.trip);
  printf("channel row=end wrong=%d\n", peer.wrong);
  return peer.wrong != 0;
}
