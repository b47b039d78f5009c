// Command generate writes the assembly of package vector: kernels_amd64.s and its stubs.
// Run it by go generate in the folder above.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// lanes is how many primes one register holds.
const lanes = 8

func main() {
	ConstraintExpr("amd64")
	hits()
	step("add")
	step("sub")
	marked()
	addLogs()
	multiply("scale")
	multiply("multiply")
	invert()
	numbers := lanesData()
	fill("Add", numbers)
	fill("Sub", numbers)
	places()
	fill512("Add", numbers)
	fill512("Sub", numbers)
	sums()
	Generate()
}

// hits tells in masks, a bit for each prime, where x is a zero modulo the prime.
func hits() {
	TEXT("hitsAVX2", NOSPLIT, "func(masks *uint8, primes, inverse, limit, first, second *uint32, groups int, x uint32)")
	Pragma("noescape")
	Doc("hitsAVX2 is hits for whole groups of eight primes.")
	masks := Load(Param("masks"), GP64())
	pointers := map[string]reg.Register{}
	for _, name := range []string{"primes", "inverse", "limit", "first", "second"} {
		pointers[name] = Load(Param(name), GP64())
	}
	groups := Load(Param("groups"), GP64())
	x := YMM()
	low := XMM()
	VMOVD(Load(Param("x"), GP32()), low)
	VPBROADCASTD(low, x)
	i := GP64()
	XORQ(i, i)
	Label("loop")
	CMPQ(i, groups)
	JGE(LabelRef("done"))
	offset := GP64()
	MOVQ(i, offset)
	SHLQ(Imm(5), offset)
	at := func(name string) Mem { return Mem{Base: pointers[name], Index: offset, Scale: 1} }
	inverse, limit, above := YMM(), YMM(), YMM()
	VMOVDQU(at("inverse"), inverse)
	VMOVDQU(at("limit"), limit)
	VPADDD(at("primes"), x, above)
	zero := func(name string) reg.VecVirtual {
		a, least := YMM(), YMM()
		VPSUBD(at(name), above, a)
		VPMULLD(inverse, a, a)
		VPMINUD(limit, a, least)
		VPCMPEQD(least, a, a)
		return a
	}
	a, b := zero("first"), zero("second")
	VPOR(a, b, a)
	mask := GP32()
	VMOVMSKPS(a, mask)
	MOVB(mask.As8(), Mem{Base: masks, Index: i, Scale: 1})
	INCQ(i)
	JMP(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}

// step adds or subtracts the deltas, modulo the primes, to both zeros.
func step(name string) {
	TEXT(name+"AVX2", NOSPLIT, "func(first, second, delta, primes *uint32, groups int)")
	Pragma("noescape")
	Doc(name + "AVX2 is " + name + " for whole groups of eight primes.")
	first, second := Load(Param("first"), GP64()), Load(Param("second"), GP64())
	delta, primes := Load(Param("delta"), GP64()), Load(Param("primes"), GP64())
	groups := Load(Param("groups"), GP64())
	i := GP64()
	XORQ(i, i)
	SHLQ(Imm(5), groups)
	Label("loop")
	CMPQ(i, groups)
	JGE(LabelRef("done"))
	d, p := YMM(), YMM()
	VMOVDQU(Mem{Base: delta, Index: i, Scale: 1}, d)
	VMOVDQU(Mem{Base: primes, Index: i, Scale: 1}, p)
	for _, zeros := range []reg.Register{first, second} {
		z, other := YMM(), YMM()
		place := Mem{Base: zeros, Index: i, Scale: 1}
		VMOVDQU(place, z)
		// Of the two numbers that may be the answer, the wrong one is below 0, thus great.
		if name == "add" {
			VPADDD(d, z, z)
			VPSUBD(p, z, other)
		} else {
			VPSUBD(d, z, z)
			VPADDD(p, z, other)
		}
		VPMINUD(z, other, z)
		VMOVDQU(z, place)
	}
	ADDQ(Imm(4*lanes), i)
	JMP(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}

// marked looks for the first 64 bytes with one of 128 or more.
func marked() {
	TEXT("markedAVX2", NOSPLIT, "func(bytes *uint8, length int) int")
	Pragma("noescape")
	Doc("markedAVX2 is marked for a multiple of 64 bytes.")
	bytes := Load(Param("bytes"), GP64())
	length := Load(Param("length"), GP64())
	i := GP64()
	XORQ(i, i)
	Label("loop")
	CMPQ(i, length)
	JGE(LabelRef("done"))
	a := YMM()
	VMOVDQU(Mem{Base: bytes, Index: i, Scale: 1}, a)
	VPOR(Mem{Base: bytes, Index: i, Scale: 1, Disp: 32}, a, a)
	mask := GP32()
	VPMOVMSKB(a, mask)
	TESTL(mask, mask)
	JNE(LabelRef("done"))
	ADDQ(Imm(64), i)
	JMP(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	Store(i, ReturnIndex(0))
	RET()
}

// addLogs adds the logarithms of the primes at their zeros in one block.
func addLogs() {
	TEXT("addLogsASM", NOSPLIT, "func(block *uint8, length int, primes *uint32, logs *uint8, "+
		"first, second *uint32, size, sure int)")
	Pragma("noescape")
	Doc("addLogsASM is AddLogs. Surely in the block are length / primes[0] = sure zeros, at least one.")
	block, length := Load(Param("block"), GP64()), Load(Param("length"), GP64())
	// There are fewer registers than lists: at is the place of a prime in one of them.
	i := GP64()
	at := func(list string, scale uint8) Mem {
		return Mem{Base: Load(Param(list), GP64()), Index: i, Scale: scale}
	}
	sure := Load(Param("sure"), GP64()) // zeros of this prime, and of those before
	log, prime := GP64(), GP64()
	a, b := GP64(), GP64()
	XORQ(i, i)
	Label("prime")
	CMPQ(i, Load(Param("size"), GP64()))
	JGE(LabelRef("done"))
	MOVL(at("primes", 4), prime.As32())
	MOVBLZX(at("logs", 1), log.As32())
	MOVL(at("first", 4), a.As32())
	MOVL(at("second", 4), b.As32())
	span := GP64()
	MOVQ(prime, span)
	IMULQ(sure, span)
	JMP(LabelRef("fits"))
	Label("fewer")
	DECQ(sure)
	SUBQ(prime, span)
	Label("fits")
	CMPQ(span, length)
	JG(LabelRef("fewer"))
	count := GP64()
	MOVQ(sure, count)
	Label("hit")
	for _, zero := range []reg.GPVirtual{a, b} {
		sum := GP32()
		MOVBLZX(Mem{Base: block, Index: zero, Scale: 1}, sum)
		ADDL(log.As32(), sum)
		MOVB(sum.As8(), Mem{Base: block, Index: zero, Scale: 1})
	}
	ADDQ(prime, a)
	ADDQ(prime, b)
	DECQ(count)
	JNE(LabelRef("hit"))
	// One more zero may be in the block. No branch: nobody could predict it.
	for _, zero := range []struct {
		place reg.GPVirtual
		list  string
	}{{a, "first"}, {b, "second"}} {
		inside, where, what := GP64(), GP64(), GP64()
		SUBQ(length, zero.place)
		SBBQ(inside, inside) // -1 or 0
		MOVQ(length, where)
		ANDQ(inside, where)
		ADDQ(zero.place, where)
		MOVQ(log, what)
		ANDQ(inside, what)
		ADDB(what.As8(), Mem{Base: block, Index: where, Scale: 1})
		ANDQ(prime, inside)
		ADDQ(inside, zero.place)
		MOVL(zero.place.As32(), at(zero.list, 4))
	}
	INCQ(i)
	JMP(LabelRef("prime"))
	Label("done")
	RET()
}
