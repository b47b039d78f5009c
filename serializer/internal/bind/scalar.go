package bind

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
	"github.com/pythonweb/goweb/serializer/internal/tree"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// scalar fills a variable that contains no others.
func (d *decoder) scalar(p *plan, to reflect.Value) error {
	ev := &d.ev
	switch p.form {
	case formBool:
		if ev.Kind == event.KindBool {
			to.SetBool(ev.Num != 0)
			return nil
		}
	case formInt:
		if ev.Kind == event.KindInt {
			if to.OverflowInt(int64(ev.Num)) {
				return fmt.Errorf("%d does not fit into %s", int64(ev.Num), p.t)
			}
			to.SetInt(int64(ev.Num))
			return nil
		}
		if i, ok := d.exactInt(); ok {
			if !i.IsInt64() || to.OverflowInt(i.Int64()) {
				return fmt.Errorf("%.40s does not fit into %s", i, p.t)
			}
			to.SetInt(i.Int64())
			return nil
		}
	case formUint:
		if ev.Kind == event.KindInt && int64(ev.Num) >= 0 && !to.OverflowUint(ev.Num) {
			to.SetUint(ev.Num)
			return nil
		}
		if i, ok := d.exactInt(); ok {
			if !i.IsUint64() || to.OverflowUint(i.Uint64()) {
				return fmt.Errorf("%.40s does not fit into %s", i, p.t)
			}
			to.SetUint(i.Uint64())
			return nil
		}
	case formFloat:
		return d.float(p, to)
	case formComplex:
		if ev.Kind == event.KindComplex {
			c := complex(
				math.Float64frombits(binary.BigEndian.Uint64(ev.Data)),
				math.Float64frombits(binary.BigEndian.Uint64(ev.Data[8:])),
			)
			if p.t.Kind() == reflect.Complex64 && !(single(real(c)) && single(imag(c))) {
				return fmt.Errorf("%v does not fit into %s", c, p.t)
			}
			to.SetComplex(c)
			return nil
		}
	case formDuration:
		if duration, ok := d.duration(); ok {
			to.SetInt(int64(duration))
			return nil
		}
	case formNumber:
		switch ev.Kind {
		case event.KindInt, event.KindBigInt, event.KindNumber:
			to.SetString(ev.Text())
			return nil
		case event.KindFloat:
			if f := math.Float64frombits(ev.Num); !math.IsNaN(f) && !math.IsInf(f, 0) {
				to.SetString(literal.FloatText(ev.Num))
				return nil
			}
		}
	default:
		return d.special(p, to)
	}
	return d.mismatch(p.t)
}

// single reports whether a float64 has the value of a float32.
func single(f float64) bool {
	_, ok := literal.ToSingle(math.Float64bits(f))
	return ok
}

func (d *decoder) float(p *plan, to reflect.Value) error {
	ev := &d.ev
	var f float64
	switch {
	case ev.Kind == event.KindFloat:
		f = math.Float64frombits(ev.Num)
	case d.set.Exact:
		return d.mismatch(p.t)
	case ev.Kind == event.KindInt:
		if f = float64(int64(ev.Num)); f >= 1<<63 || int64(f) != int64(ev.Num) {
			return fmt.Errorf("%d does not fit into %s exactly", int64(ev.Num), p.t)
		}
	case ev.Kind == event.KindBigInt:
		i, ok := literal.ParseBig(string(ev.Data))
		if !ok {
			return wire.ErrEvents
		}
		var accuracy big.Accuracy
		if f, accuracy = new(big.Float).SetInt(i).Float64(); accuracy != big.Exact {
			return fmt.Errorf("%.40s does not fit into %s exactly", i, p.t)
		}
	default:
		return d.mismatch(p.t)
	}
	if p.t.Kind() == reflect.Float32 && !single(f) {
		// 0.1 is the text of a float32 as well as of a float64.
		if d.set.Exact || !sameText(f) {
			return fmt.Errorf("%s does not fit into %s", ev.Text(), p.t)
		}
	}
	to.SetFloat(f)
	return nil
}

// sameText reports whether a float64 and the nearest float32 have the same text.
func sameText(f float64) bool {
	narrow := float64(float32(f))
	return !math.IsInf(narrow, 0) && strconv.FormatFloat(narrow, 'g', -1, 32) == strconv.FormatFloat(f, 'g', -1, 64)
}

// duration is exact: it takes what int64 nanoseconds hold. A plain integer is nanoseconds, as with encoding/json.
func (d *decoder) duration() (time.Duration, bool) {
	switch {
	case d.ev.Kind == event.KindTimedelta:
		text := string(d.ev.Data)
		duration, err := time.ParseDuration(text + "s")
		return duration, err == nil && string(appendDuration(nil, duration)) == text
	case d.ev.Kind == event.KindInt && !d.set.Exact:
		return time.Duration(d.ev.Num), true
	}
	return 0, false
}

// special fills variables of the types that have a kind of their own.
func (d *decoder) special(p *plan, to reflect.Value) error {
	var fits bool
	var err error
	switch x := to.Addr().Interface().(type) {
	case *time.Time:
		fits, err = d.time(x)
	case *big.Int:
		var i *big.Int
		if i, fits = d.exactInt(); fits {
			x.Set(i)
		}
	case *big.Rat:
		var r *big.Rat
		if r, fits = d.rat(); fits {
			x.Set(r)
		}
	case *big.Float:
		fits, err = d.bigFloat(x)
	case *apd.Decimal:
		fits = d.decimal(x)
	case *uuid.UUID:
		data := d.ev.Data
		switch {
		case d.ev.Kind == event.KindUUID:
			fits = true
		case d.ev.Kind == event.KindString && !d.set.Exact:
			data, fits = literal.ParseUUID(bytes.ToLower(data))
		}
		if fits {
			copy(x[:], data)
		}
	}
	if err == nil && !fits {
		return d.mismatch(p.t)
	}
	return err
}

// time is exact: it accepts neither naive times nor folds nor leap seconds. Numbers, plain or in CBOR's tag 1, are
// seconds.
func (d *decoder) time(x *time.Time) (bool, error) {
	ev := &d.ev
	switch {
	case ev.Kind == event.KindDatetime:
		t, ok := goTime(string(ev.Data))
		if ok {
			*x = t
		}
		return ok, nil
	case d.set.Exact:
		return false, nil
	case ev.Kind == event.KindString:
		text, ok := literal.NormalDatetime(ev.Data)
		if !ok {
			return false, fmt.Errorf("string does not fit into time.Time: it is not RFC 3339")
		}
		t, ok := goTime(string(text))
		if !ok {
			return false, fmt.Errorf("string does not fit into time.Time: it has no offset from UTC, or a leap second")
		}
		*x = t
		return true, nil
	case ev.Kind == event.KindTag && ev.Num == 1:
		if err := d.read(); err != nil {
			return false, err
		}
		if ok, err := d.seconds(x); !ok || err != nil {
			return ok, err
		}
		return true, d.read() // the end of the tag
	}
	return d.seconds(x)
}

func (d *decoder) seconds(x *time.Time) (bool, error) {
	var t time.Time
	switch d.ev.Kind {
	case event.KindInt:
		t = time.Unix(int64(d.ev.Num), 0).UTC()
	case event.KindFloat:
		whole, fraction := math.Modf(math.Float64frombits(d.ev.Num))
		if math.IsNaN(whole) || math.Abs(whole) > 1<<40 {
			return false, nil
		}
		t = time.Unix(int64(whole), int64(math.Round(fraction*1e9))).UTC()
	default:
		return false, nil
	}
	if t.Year() < 0 || t.Year() > 9999 {
		return false, fmt.Errorf("%s seconds are outside the years 0 to 9999", d.ev.Text())
	}
	*x = t
	return true, nil
}

func goTime(text string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, true
	}
	t, err := time.Parse("2006-01-02T15:04:05.999999999Z07:00:00", text)
	if err != nil {
		return t, false
	}
	back, err := appendTime(nil, t)
	return t, err == nil && string(back) == text
}

func (d *decoder) rat() (*big.Rat, bool) {
	if d.ev.Kind == event.KindFraction {
		text := string(d.ev.Data)
		x, ok := new(big.Rat).SetString(text)
		return x, ok && x.Num().String()+"/"+x.Denom().String() == text // only a reduced one
	}
	if d.set.Exact {
		return nil, false
	}
	switch d.ev.Kind {
	case event.KindFloat:
		x := new(big.Rat).SetFloat64(math.Float64frombits(d.ev.Num))
		return x, x != nil
	case event.KindNumber, event.KindDecimal:
		return exactRat(d.ev.Data)
	case event.KindString:
		text, ok := literal.NormalFraction(d.ev.Data), false
		if !text {
			return exactRat(d.ev.Data)
		}
		x, ok := new(big.Rat).SetString(string(d.ev.Data))
		return x, ok
	}
	i, ok := d.exactInt()
	if !ok {
		return nil, false
	}
	return new(big.Rat).SetInt(i), true
}

// bigFloat reads CBOR's bigfloat, whose mantissa determines the precision, or text, or a number.
func (d *decoder) bigFloat(x *big.Float) (bool, error) {
	switch {
	case d.ev.Kind == event.KindTag && d.ev.Num == 5:
		v, err := d.here()
		if err != nil {
			return false, err
		}
		return bigfloat(x, v), nil
	case d.ev.Kind == event.KindString:
		text := string(d.ev.Data)
		digits := len(strings.Trim(text, "+-."))
		prec := x.Prec()
		if prec == 0 {
			prec = max(64, uint(float64(digits)*math.Log2(10))+1)
		}
		if len(text) > 1<<20 {
			return false, nil
		}
		f, _, err := big.ParseFloat(text, 10, prec, big.ToNearestEven)
		if err != nil {
			return false, fmt.Errorf("%.40q does not fit into big.Float", text)
		}
		x.Set(f)
		return true, nil
	case d.set.Exact:
		return false, nil
	case d.ev.Kind == event.KindFloat:
		f := math.Float64frombits(d.ev.Num)
		if math.IsNaN(f) {
			return false, nil
		}
		x.SetFloat64(f)
		return true, nil
	}
	i, ok := d.exactInt()
	if ok {
		x.SetInt(i)
	}
	return ok, nil
}

func bigfloat(x *big.Float, tagged tree.Value) bool {
	v := tagged.Index(0)
	if v.Kind() != event.KindList || v.Len() != 2 {
		return false
	}
	exp, ok := v.Index(0).Int()
	mantissa, ok2 := v.Index(1).Big()
	if !ok || !ok2 || exp < math.MinInt32 || exp > math.MaxInt32 {
		return false
	}
	f := new(big.Float).SetPrec(uint(max(1, mantissa.BitLen()))).SetInt(mantissa)
	x.SetPrec(f.Prec()).SetMantExp(f, int(exp))
	return true
}

func (d *decoder) decimal(x *apd.Decimal) bool {
	text := string(d.ev.Data)
	switch {
	case d.ev.Kind == event.KindDecimal:
	case d.set.Exact:
		return false
	case d.ev.Kind == event.KindInt:
		text = strconv.FormatInt(int64(d.ev.Num), 10)
	case d.ev.Kind == event.KindFloat:
		text = literal.FloatText(d.ev.Num)
		if f := math.Float64frombits(d.ev.Num); math.IsNaN(f) || math.IsInf(f, 0) {
			return false
		}
	case d.ev.Kind == event.KindBigInt, d.ev.Kind == event.KindNumber, d.ev.Kind == event.KindString:
	default:
		return false
	}
	normal, ok := literal.NormalDecimal([]byte(text))
	if !ok {
		return false
	}
	if _, _, err := x.SetString(string(normal)); err != nil {
		return false
	}
	back, ok := literal.NormalDecimal([]byte(x.Text('E')))
	return ok && string(back) == string(normal)
}
