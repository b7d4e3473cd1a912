/* Preloaded, it makes MKL believe that it runs on an Intel processor: on others it takes slower kernels by itself. */
int mkl_serv_intel_cpu_true(void);
int mkl_serv_intel_cpu_true(void) { return 1; }
