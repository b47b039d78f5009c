package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A modulus is a group of primes with their inverses modulo 2^32: those at even places, and all moved by one place.
type modulus struct {
	primes, primesOdd, inverse, inverseOdd reg.VecVirtual
}

func loadModulus(primes, inverse Mem) modulus {
	m := modulus{YMM(), YMM(), YMM(), YMM()}
	VMOVDQU(primes, m.primes)
	VMOVDQU(inverse, m.inverse)
	VPSRLQ(Imm(32), m.primes, m.primesOdd)
	VPSRLQ(Imm(32), m.inverse, m.inverseOdd)
	return m
}

// product returns a*b/2^32 modulo the primes (P. L. Montgomery, 1985). One of a and b is below the primes.
func (m modulus) product(a, b reg.VecVirtual) reg.VecVirtual {
	aOdd, bOdd, even, odd := YMM(), YMM(), YMM(), YMM()
	VPSRLQ(Imm(32), a, aOdd)
	VPSRLQ(Imm(32), b, bOdd)
	VPMULUDQ(a, b, even)
	VPMULUDQ(aOdd, bOdd, odd)
	// The multiple of the prime with the same low half.
	low, lowOdd := YMM(), YMM()
	VPMULUDQ(m.inverse, even, low)
	VPMULUDQ(m.inverseOdd, odd, lowOdd)
	VPMULUDQ(m.primes, low, low)
	VPMULUDQ(m.primesOdd, lowOdd, lowOdd)
	for _, high := range [][2]reg.VecVirtual{{even, odd}, {low, lowOdd}} {
		VPSRLQ(Imm(32), high[0], high[0])
		VPBLENDD(Imm(0xaa), high[1], high[0], high[0])
	}
	VPSUBD(low, even, even)
	VPADDD(m.primes, even, low)
	VPMINUD(low, even, even) // a difference below 0 is great
	return even
}

// multiply multiplies two lists, or a list and a number.
func multiply(name string) {
	b := "b *uint32"
	if name == "scale" {
		b = "x uint32"
	}
	TEXT(name+"AVX2", NOSPLIT, "func(dst, a, primes, inverse *uint32, groups int, "+b+")")
	Pragma("noescape")
	Doc(name + "AVX2 is " + name + " for whole groups of eight primes.")
	dst, a := Load(Param("dst"), GP64()), Load(Param("a"), GP64())
	primes, inverse := Load(Param("primes"), GP64()), Load(Param("inverse"), GP64())
	groups := Load(Param("groups"), GP64())
	x := YMM()
	var other reg.Register
	if name == "scale" {
		low := XMM()
		VMOVD(Load(Param("x"), GP32()), low)
		VPBROADCASTD(low, x)
	} else {
		other = Load(Param("b"), GP64())
	}
	i := GP64()
	XORQ(i, i)
	SHLQ(Imm(5), groups)
	Label("loop")
	CMPQ(i, groups)
	JGE(LabelRef("done"))
	at := func(list reg.Register) Mem { return Mem{Base: list, Index: i, Scale: 1} }
	m := loadModulus(at(primes), at(inverse))
	y := YMM()
	VMOVDQU(at(a), y)
	if other != nil {
		VMOVDQU(at(other), x)
	}
	VMOVDQU(m.product(y, x), at(dst))
	ADDQ(Imm(4*lanes), i)
	JMP(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}

// invert raises to the powers p-2.
func invert() {
	TEXT("invertAVX2", NOSPLIT, "func(dst, a, primes, inverse, limit *uint32, groups int)")
	Pragma("noescape")
	Doc("invertAVX2 is invert for whole groups of eight primes.")
	dst, a := Load(Param("dst"), GP64()), Load(Param("a"), GP64())
	primes, inverse := Load(Param("primes"), GP64()), Load(Param("inverse"), GP64())
	limit := Load(Param("limit"), GP64())
	groups := Load(Param("groups"), GP64())
	two, zero := YMM(), YMM()
	VPCMPEQD(two, two, two)
	VPSRLD(Imm(31), two, two)
	VPADDD(two, two, two)
	VPXOR(zero, zero, zero)
	i := GP64()
	XORQ(i, i)
	SHLQ(Imm(5), groups)
	Label("loop")
	CMPQ(i, groups)
	JGE(LabelRef("done"))
	at := func(list reg.Register) Mem { return Mem{Base: list, Index: i, Scale: 1} }
	m := loadModulus(at(primes), at(inverse))
	square, result, exponent := YMM(), YMM(), YMM()
	VMOVDQU(at(a), square)
	VPSUBD(two, m.primes, exponent)
	VPMULLD(at(limit), m.primes, result)
	VPSUBD(result, zero, result) // 2^32 modulo the prime stands for 1
	Label("bit")
	with, bit := m.product(result, square), YMM()
	VPSLLD(Imm(31), exponent, bit)
	VBLENDVPS(bit, with, result, result)
	VMOVDQA(m.product(square, square), square)
	VPSRLD(Imm(1), exponent, exponent)
	VPTEST(exponent, exponent)
	JNE(LabelRef("bit"))
	VMOVDQU(result, at(dst))
	ADDQ(Imm(4*lanes), i)
	JMP(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}
