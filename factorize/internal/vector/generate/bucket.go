package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// blockBits is vector.BlockBits.
const blockBits = 15

// fill moves zeros as step does, and puts those within the interval into the buckets of their blocks.
func fill(name string, numbers Mem) {
	TEXT("fill"+name+"AVX2", NOSPLIT, "func(entries, ends, first, second, delta, primes *uint32, "+
		"groups int, index, length uint32)")
	Pragma("noescape")
	Doc("fill" + name + "AVX2 is fill for whole groups of eight primes.")
	entries, ends := Load(Param("entries"), GP64()), Load(Param("ends"), GP64())
	first, second := Load(Param("first"), GP64()), Load(Param("second"), GP64())
	delta, primes := Load(Param("delta"), GP64()), Load(Param("primes"), GP64())
	groups := Load(Param("groups"), GP64())
	blocks, values := AllocLocal(64), AllocLocal(64) // of the zeros of a group: the buckets, and the entries
	broadcast := func(name string) reg.VecVirtual {
		low, wide := XMM(), YMM()
		VMOVD(Load(Param(name), GP32()), low)
		VPBROADCASTD(low, wide)
		return wide
	}
	length, tag := broadcast("length"), broadcast("index")
	// The indices of the primes, in their place in an entry.
	ones, lane := YMM(), YMM()
	VPCMPEQD(ones, ones, ones)
	VPMOVZXBD(numbers, lane)
	VPADDD(lane, tag, tag)
	VPSLLD(Imm(blockBits), tag, tag)
	within, next := YMM(), YMM()
	VPSRLD(Imm(32-blockBits), ones, within)
	VPSRLD(Imm(31), ones, next)
	VPSLLD(Imm(blockBits+3), next, next)
	i := GP64()
	XORQ(i, i)
	SHLQ(Imm(5), groups)
	Label("loop")
	CMPQ(i, groups)
	JGE(LabelRef("done"))
	d, p, a, b := YMM(), YMM(), YMM(), YMM()
	at := func(list reg.Register) Mem { return Mem{Base: list, Index: i, Scale: 1} }
	VMOVDQU(at(delta), d)
	VMOVDQU(at(primes), p)
	for k, z := range []reg.VecVirtual{a, b} {
		list := []reg.Register{first, second}[k]
		other := YMM()
		VMOVDQU(at(list), z)
		if name == "Add" {
			VPADDD(d, z, z)
			VPSUBD(p, z, other)
		} else {
			VPSUBD(d, z, z)
			VPADDD(p, z, other)
		}
		VPMINUD(z, other, z)
		VMOVDQU(z, at(list))
	}
	Label("again")
	mask := GP32()
	for k, z := range []reg.VecVirtual{a, b} {
		inside, block, value := YMM(), YMM(), YMM()
		VPCMPGTD(z, length, inside)
		if k == 0 {
			VMOVMSKPS(inside, mask)
		} else {
			high := GP32()
			VMOVMSKPS(inside, high)
			SHLL(Imm(lanes), high)
			ORL(high, mask)
		}
		VPSRLD(Imm(blockBits), z, block)
		VPAND(within, z, value)
		VPOR(tag, value, value)
		VMOVDQU(block, blocks.Offset(32*k))
		VMOVDQU(value, values.Offset(32*k))
	}
	TESTL(mask, mask)
	JEQ(LabelRef("none"))
	Label("zero")
	bit, block, value, end := GP64(), GP64(), GP32(), GP64()
	TZCNTL(mask, bit.As32())
	BLSRL(mask, mask)
	MOVL(Mem{Base: blocks.Base, Disp: blocks.Disp, Index: bit, Scale: 4}, block.As32())
	MOVL(Mem{Base: values.Base, Disp: values.Disp, Index: bit, Scale: 4}, value)
	MOVL(Mem{Base: ends, Index: block, Scale: 4}, end.As32())
	MOVL(value, Mem{Base: entries, Index: end, Scale: 4})
	INCL(end.As32())
	MOVL(end.As32(), Mem{Base: ends, Index: block, Scale: 4})
	TESTL(mask, mask)
	JNE(LabelRef("zero"))
	VPADDD(p, a, a)
	VPADDD(p, b, b)
	JMP(LabelRef("again"))
	Label("none")
	VPADDD(next, tag, tag)
	ADDQ(Imm(4*lanes), i)
	JMP(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}

// lanesData are the numbers of the lanes.
func lanesData() Mem {
	data := GLOBL("lanes", RODATA|NOPTR)
	DATA(0, U64(0x0706050403020100))
	DATA(8, U64(0x0f0e0d0c0b0a0908))
	return data
}

// places tells in masks, a bit for each, which entries are at one place of their block.
func places() {
	TEXT("placesAVX2", NOSPLIT, "func(masks *uint8, entries *uint32, groups int, place uint32)")
	Pragma("noescape")
	Doc("placesAVX2 is places for whole groups of eight entries.")
	masks, entries := Load(Param("masks"), GP64()), Load(Param("entries"), GP64())
	groups := Load(Param("groups"), GP64())
	place, low := YMM(), XMM()
	VMOVD(Load(Param("place"), GP32()), low)
	VPBROADCASTD(low, place)
	VPSLLD(Imm(32-blockBits), place, place)
	i := GP64()
	XORQ(i, i)
	Label("loop")
	CMPQ(i, groups)
	JGE(LabelRef("done"))
	a, mask := YMM(), GP32()
	offset := GP64()
	MOVQ(i, offset)
	SHLQ(Imm(5), offset)
	VMOVDQU(Mem{Base: entries, Index: offset, Scale: 1}, a)
	VPSLLD(Imm(32-blockBits), a, a)
	VPCMPEQD(place, a, a)
	VMOVMSKPS(a, mask)
	MOVB(mask.As8(), Mem{Base: masks, Index: i, Scale: 1})
	INCQ(i)
	JMP(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}

// fill512 is fill with registers of sixteen zeros: those of one block are moved together and stored at once.
func fill512(name string, numbers Mem) {
	TEXT("fill"+name+"AVX512", NOSPLIT, "func(entries, ends, first, second, delta, primes *uint32, "+
		"groups int, index, length uint32)")
	Pragma("noescape")
	Doc("fill" + name + "AVX512 is fill for whole groups of sixteen primes. It writes up to sixteen entries more.")
	entries, ends := Load(Param("entries"), GP64()), Load(Param("ends"), GP64())
	first, second := Load(Param("first"), GP64()), Load(Param("second"), GP64())
	delta, primes := Load(Param("delta"), GP64()), Load(Param("primes"), GP64())
	groups := Load(Param("groups"), GP64())
	tag, length, lane, within, next, one := ZMM(), ZMM(), ZMM(), ZMM(), ZMM(), ZMM()
	VPBROADCASTD(Load(Param("index"), GP32()), tag)
	VPBROADCASTD(Load(Param("length"), GP32()), length)
	constant := func(x uint32, z reg.VecVirtual) {
		r := GP32()
		MOVL(U32(x), r)
		VPBROADCASTD(r, z)
	}
	constant(1<<blockBits-1, within)
	constant(2*lanes<<blockBits, next)
	constant(1, one)
	VPMOVZXBD(numbers, lane)
	VPADDD(lane, tag, tag)
	VPSLLD(Imm(blockBits), tag, tag)
	blocks := GP64()
	MOVL(Load(Param("length"), GP32()), blocks.As32())
	SHRL(Imm(blockBits), blocks.As32())
	i := GP64()
	XORQ(i, i)
	Label("loop")
	d, p := ZMM(), ZMM()
	at := func(list reg.Register) Mem { return Mem{Base: list, Index: i, Scale: 1} }
	VMOVDQU32(at(delta), d)
	VMOVDQU32(at(primes), p)
	zeros := []reg.VecVirtual{ZMM(), ZMM()}
	for k, z := range zeros {
		list := []reg.Register{first, second}[k]
		other := ZMM()
		VMOVDQU32(at(list), z)
		if name == "Add" {
			VPADDD(d, z, z)
			VPSUBD(p, z, other)
		} else {
			VPSUBD(d, z, z)
			VPADDD(p, z, other)
		}
		VPMINUD(z, other, z)
		VMOVDQU32(z, at(list))
	}
	Label("again")
	inside := []reg.OpmaskVirtual{K(), K()}
	for k, z := range zeros {
		VPCMPUD(Imm(1), length, z, inside[k]) // below
	}
	KORTESTW(inside[0], inside[1])
	JEQ(LabelRef("none"))
	where, values := []reg.VecVirtual{ZMM(), ZMM()}, []reg.VecVirtual{ZMM(), ZMM()}
	for k, z := range zeros {
		VPSRLD(Imm(blockBits), z, where[k])
		VPANDD(within, z, values[k])
		VPORD(tag, values[k], values[k])
	}
	block, number := GP64(), ZMM()
	XORQ(block, block)
	VPXORD(number, number, number)
	Label("block")
	end := GP64()
	MOVL(Mem{Base: ends, Index: block, Scale: 4}, end.As32())
	for k := range zeros {
		here, these, count := K(), ZMM(), GP64()
		VPCMPEQD(number, where[k], here)
		VPCOMPRESSD_Z(values[k], here, these)
		KMOVW(here, count.As32())
		POPCNTL(count.As32(), count.As32())
		VMOVDQU32(these, Mem{Base: entries, Index: end, Scale: 4})
		ADDQ(count, end)
	}
	MOVL(end.As32(), Mem{Base: ends, Index: block, Scale: 4})
	VPADDD(one, number, number)
	INCQ(block)
	CMPQ(block, blocks)
	JNE(LabelRef("block"))
	for _, z := range zeros {
		VPADDD(p, z, z)
	}
	JMP(LabelRef("again"))
	Label("none")
	VPADDD(next, tag, tag)
	ADDQ(Imm(8*lanes), i)
	DECQ(groups)
	JNE(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
