package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// xor adds words modulo 2.
func xor() {
	TEXT("xorAVX2", NOSPLIT, "func(dst, src *uint64, groups int)")
	Pragma("noescape")
	Doc("xorAVX2 is Xor for whole groups of eight words.")
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	groups := Load(Param("groups"), GP64())
	i := GP64()
	XORQ(i, i)
	Label("loop")
	for disp := range 2 {
		a, at := YMM(), Mem{Base: dst, Index: i, Scale: 1, Disp: 32 * disp}
		VMOVDQU(at, a)
		VPXOR(Mem{Base: src, Index: i, Scale: 1, Disp: 32 * disp}, a, a)
		VMOVDQU(a, at)
	}
	ADDQ(Imm(64), i)
	DECQ(groups)
	JNE(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
