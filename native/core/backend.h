// The two backends. A layer's header names them; only its .cpu.cpp and .cuda.cu see inside.
#pragma once

namespace sophia {

template <class Isa>
class Cpu;  // one type per instruction set, see cpu/isa.h
class Cuda;

}  // namespace sophia
