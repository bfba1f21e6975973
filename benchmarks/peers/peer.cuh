// What the peers of static roles share: checked calls, seeded data, a sweep that checks and times each setting, mbarriers, bulk copies.
//
// A program prints a line a setting, `PROGRAM row=try variant=... key=value ... ms=... error=...`, then a `row=best` a variant. Before
// a setting is timed its outputs are poisoned, it runs once and what it wrote is compared with a reference in float64. `ms` is a median
// of CUDA events. The best settings of all variants are measured again in turns: `row=best` lines may be divided by each other.
#pragma once
#include <cuda_runtime.h>

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#define CK(call)                                                                                 \
  do {                                                                                           \
    cudaError_t status = (call);                                                                 \
    if (status != cudaSuccess) {                                                                 \
      printf("failed line=%d why=\"%s\"\n", __LINE__, cudaGetErrorString(status));               \
      exit(1);                                                                                   \
    }                                                                                            \
  } while (0)

namespace peer {

// ---- data ----

__host__ __device__ inline uint32_t mixed(uint64_t key) {
  key = (key ^ (key >> 33)) * 0xff51afd7ed558ccdull;
  key = (key ^ (key >> 33)) * 0xc4ceb9fe1a85ec53ull;
  return (uint32_t)(key >> 32);
}
// In [-1, 1), the same on host and device.
__host__ __device__ inline float uniform(uint64_t seed, uint64_t i) {
  return (float)(mixed((seed << 48) + i * 2 + 1) >> 8) * (2.0f / 16777216.0f) - 1.0f;
}
__global__ void fill_uniform(float* to, size_t n, uint64_t seed) {
  for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < n; i += (size_t)gridDim.x * blockDim.x) to[i] = uniform(seed, i);
}
inline float* filled(size_t n, uint64_t seed) {
  float* data;
  CK(cudaMalloc(&data, n * sizeof(float)));
  fill_uniform<<<4096, 256>>>(data, n, seed);
  CK(cudaGetLastError());
  return data;
}
inline float* room(size_t n) {
  float* data;
  CK(cudaMalloc(&data, n * sizeof(float)));
  return data;
}
inline int processors() {
  int count;
  CK(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, 0));
  return count;
}

// Sets worst to the largest |got[i] - reference(i)| / scale; what is not a number counts as infinite.
template <class Reference>
__global__ void compare(const float* got, size_t n, double scale, Reference reference, unsigned long long* worst) {
  double most = 0;
  for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < n; i += (size_t)gridDim.x * blockDim.x) {
    double off = fabs((double)got[i] - reference(i)) / scale;
    if (!(off <= most)) most = off == off ? off : INFINITY;
  }
  atomicMax(worst, (unsigned long long)__double_as_longlong(most));  // not negative: ordered as integers
}
template <class Reference>
double largest_error(const float* got, size_t n, double scale, Reference reference) {
  static unsigned long long* worst = nullptr;
  if (!worst) CK(cudaMalloc(&worst, 8));
  CK(cudaMemset(worst, 0, 8));
  compare<<<2048, 256>>>(got, n, scale, reference, worst);
  CK(cudaGetLastError());
  double error;
  CK(cudaMemcpy(&error, worst, 8, cudaMemcpyDeviceToHost));
  return error;
}

// ---- sweeps ----

using Action = std::function<void()>;

// Keeps the device busy while the host enqueues what is timed: no gap between the first event and the launch.
__global__ void hold() {
  for (long long begin = clock64(); clock64() - begin < 40000;)
    ;
}

__attribute__((format(printf, 1, 2))) inline std::string text(const char* format, ...) {
  char line[256];
  va_list values;
  va_start(values, format);
  vsnprintf(line, sizeof line, format, values);
  va_end(values);
  return line;
}

class Sweep {
 public:
  // Poison makes what was written before unusable; error says how far the outputs are from the reference.
  Sweep(const char* program, double bytes, double tolerance, Action poison, std::function<double()> error)
      : program(program), bytes(bytes), tolerance(tolerance), poison(std::move(poison)), error(std::move(error)) {
    CK(cudaEventCreate(&begin));
    CK(cudaEventCreate(&end));
  }

  void one(const std::string& variant, const std::string& knobs, const Action& launch) { one(variant, knobs, launch, poison, error); }
  // With outputs of its own.
  void one(const std::string& variant, const std::string& knobs, const Action& launch, const Action& poison,
           const std::function<double()>& error) {
    poison();
    launch();
    cudaError_t status = cudaGetLastError();
    if (status != cudaSuccess) {  // a setting that the device has no room for
      printf("%s row=skipped variant=%s %s why=\"%s\"\n", program, variant.c_str(), knobs.c_str(), cudaGetErrorString(status));
      return;
    }
    CK(cudaDeviceSynchronize());
    double off = error();
    if (!(off <= tolerance)) wrong++;
    std::vector<double> times;
    for (int run = 0; run < RUNS; run++) times.push_back(timed(launch));
    Setting setting{knobs, launch, middle(times), off};
    show("try", variant, setting);
    auto known = best.find(variant);
    if (off <= tolerance && (known == best.end() || setting.ms < known->second.ms)) best[variant] = setting;
  }

  // Measures the best settings again, in turns. The exit status: 1 if any setting was wrong.
  int finish() {
    std::map<std::string, std::vector<double>> times;
    for (int run = 0; run < FINAL_RUNS; run++)
      for (auto& [variant, setting] : best) times[variant].push_back(timed(setting.launch));
    for (auto& [variant, setting] : best) {
      setting.ms = middle(times[variant]);
      show("best", variant, setting);
    }
    printf("%s row=end wrong=%d\n", program, wrong);
    fflush(stdout);
    return wrong != 0;
  }

 private:
  static constexpr int RUNS = 7, FINAL_RUNS = 21;
  struct Setting {
    std::string knobs;
    Action launch;
    double ms, error;
  };

  double timed(const Action& launch) {
    hold<<<1, 1>>>();
    CK(cudaEventRecord(begin));
    launch();
    CK(cudaEventRecord(end));
    CK(cudaEventSynchronize(end));
    float ms;
    CK(cudaEventElapsedTime(&ms, begin, end));
    return ms;
  }
  static double middle(std::vector<double> of) {
    std::sort(of.begin(), of.end());
    return of[of.size() / 2];
  }
  void show(const char* row, const std::string& variant, const Setting& setting) {
    printf("%s row=%s variant=%s %s ms=%.4f gbs=%.1f error=%.2e ok=%d\n", program, row, variant.c_str(), setting.knobs.c_str(), setting.ms,
           bytes / setting.ms / 1e6, setting.error, setting.error <= tolerance);
    fflush(stdout);
  }

  const char* program;
  double bytes, tolerance;
  Action poison;
  std::function<double()> error;
  cudaEvent_t begin, end;
  std::map<std::string, Setting> best;
  int wrong = 0;
};

// Dynamic shared memory above 48 KB has to be asked for. What a block may have, less 2 KB for static memory; and what a processor has.
constexpr size_t SHARED_PER_BLOCK = 225 * 1024, SHARED_PER_PROCESSOR = 228 * 1024;
template <class Kernel>
void allow_shared(Kernel kernel) {
  CK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)SHARED_PER_BLOCK));
}
// Blocks a processor has room for, with the 1 KB that each takes beside its own.
inline bool shared_fits(size_t bytes, int blocks) {
  return bytes <= SHARED_PER_BLOCK && (bytes + 3 * 1024) * blocks <= SHARED_PER_PROCESSOR;
}
// As much L1 as there is.
template <class Kernel>
void prefer_l1(Kernel kernel) {
  CK(cudaFuncSetAttribute(kernel, cudaFuncAttributePreferredSharedMemoryCarveout, cudaSharedmemCarveoutMaxL1));
}

// ---- mbarriers and bulk copies ----

__device__ __forceinline__ uint32_t shared_address(const void* p) { return (uint32_t)__cvta_generic_to_shared(p); }
__device__ __forceinline__ void barrier_init(uint64_t* barrier, int arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(barrier)), "r"(arrivals) : "memory");
}
// Behind all inits: the copy engine sees them.
__device__ __forceinline__ void barriers_ready() { asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory"); }
__device__ __forceinline__ void arrive(uint64_t* barrier) {
  asm volatile("{ .reg .b64 state; mbarrier.arrive.shared::cta.b64 state, [%0]; }" ::"r"(shared_address(barrier)) : "memory");
}
__device__ __forceinline__ void arrive_expecting(uint64_t* barrier, uint32_t bytes) {
  asm volatile("{ .reg .b64 state; mbarrier.arrive.expect_tx.shared::cta.b64 state, [%0], %1; }" ::"r"(shared_address(barrier)), "r"(bytes)
               : "memory");
}
// Until the phase of this parity is over; on a fresh barrier parity 1 is.
__device__ __forceinline__ void wait(uint64_t* barrier, uint32_t parity) {
  uint32_t done;
  do {
    asm volatile("{ .reg .pred p; mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2; selp.u32 %0, 1, 0, p; }"
                 : "=r"(done)
                 : "r"(shared_address(barrier)), "r"(parity)
                 : "memory");
  } while (!done);
}
// Bytes and addresses are multiples of 16.
__device__ __forceinline__ void bulk_load(void* to, const void* from, uint32_t bytes, uint64_t* full) {
  asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(shared_address(to)),
               "l"(from), "r"(bytes), "r"(shared_address(full))
               : "memory");
}
__device__ __forceinline__ uint64_t evict_first() {
  uint64_t policy;
  asm volatile("createpolicy.fractional.L2::evict_first.b64 %0, 1.0;" : "=l"(policy));
  return policy;
}
__device__ __forceinline__ void bulk_load_once(void* to, const void* from, uint32_t bytes, uint64_t* full, uint64_t policy) {
  asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], [%1], %2, [%3], %4;" ::"r"(
                   shared_address(to)),
               "l"(from), "r"(bytes), "r"(shared_address(full)), "l"(policy)
               : "memory");
}
__device__ __forceinline__ void bulk_store(void* to, const void* from, uint32_t bytes) {
  asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], %2;" ::"l"(to), "r"(shared_address(from)), "r"(bytes) : "memory");
  asm volatile("cp.async.bulk.commit_group;" ::: "memory");
}
// Until all but PENDING bulk stores have read their shared memory.
template <int PENDING>
__device__ __forceinline__ void bulk_stores_read() {
  asm volatile("cp.async.bulk.wait_group.read %0;" ::"n"(PENDING) : "memory");
}
__device__ __forceinline__ void bulk_stores_done() { asm volatile("cp.async.bulk.wait_group 0;" ::: "memory"); }
// In each thread that stored, before the barrier in front of a bulk store.
__device__ __forceinline__ void stores_visible_to_copies() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

// A place in a ring of slots: which slot, and which phase its barriers are in.
struct Place {
  int slot = 0;
  uint32_t phase = 0;
  __device__ __forceinline__ void next(int depth) {
    if (++slot == depth) {
      slot = 0;
      phase ^= 1;
    }
  }
};

// Calls body with part as a constant: warps whose registers hold different things run different code.
template <int PARTS, int PART = 0, class Body>
__device__ __forceinline__ void for_part(int part, const Body& body) {
  if constexpr (PART + 1 < PARTS)
    if (part != PART) return for_part<PARTS, PART + 1>(part, body);
  body(std::integral_constant<int, PART>());
}

}  // namespace peer
