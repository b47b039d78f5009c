package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// sums adds to each stripe, 64 bytes, sixteen of the sums, one of sixteen for each four bits of its mask.
func sums() {
	TEXT("sumsAVX2", NOSPLIT, "func(stripes, masks, sums *uint64, count int)")
	Pragma("noescape")
	Doc("sumsAVX2 is Sums.AddTo.")
	stripe, masks := Load(Param("stripes"), GP64()), Load(Param("masks"), GP64())
	table, count := Load(Param("sums"), GP64()), Load(Param("count"), GP64())
	mask, at := GP64(), GP64()
	low, high := YMM(), YMM()
	Label("loop")
	MOVQ(Mem{Base: masks}, mask)
	TESTQ(mask, mask)
	JEQ(LabelRef("next"))
	VMOVDQU(Mem{Base: stripe}, low)
	VMOVDQU(Mem{Base: stripe, Disp: 32}, high)
	const size, ofFour = 64, 16 * 64
	for k := range 16 {
		MOVQ(mask, at)
		switch shift := 4*k - 6; { // that makes an offset of the four bits
		case shift < 0:
			SHLQ(Imm(uint64(-shift)), at)
		default:
			SHRQ(Imm(uint64(shift)), at)
		}
		ANDQ(U32(15*size), at)
		VPXOR(Mem{Base: table, Index: at, Scale: 1, Disp: k * ofFour}, low, low)
		VPXOR(Mem{Base: table, Index: at, Scale: 1, Disp: k*ofFour + 32}, high, high)
	}
	VMOVDQU(low, Mem{Base: stripe})
	VMOVDQU(high, Mem{Base: stripe, Disp: 32})
	Label("next")
	ADDQ(Imm(size), stripe)
	ADDQ(Imm(8), masks)
	DECQ(count)
	JNE(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
