package report

import (
	"fmt"
	"math"
)

// notAvailable stands for a figure that is not known.
const notAvailable = "NA"

// BytesBin is n octets in KiB, MiB, GiB, TiB or PiB with three decimals, never in plain octets:
// "0.149 KiB". A unit serves up to 1000 of it. NaN, an unknown size, is "NA".
// It follows bytes_display_string_bin of the reference.
func BytesBin(n float64) string {
	if math.IsNaN(n) {
		return notAvailable
	}
	units := [...]string{"KiB", "MiB", "GiB", "TiB"}
	size := 1024.0
	for _, unit := range units {
		if math.Abs(n) < 1000*size {
			return fmt.Sprintf("%.3f %s", n/size, unit)
		}
		size *= 1024
	}
	return fmt.Sprintf("%.3f PiB", n/size)
}

// BytesDec is n octets in "bytes", KB, MB, GB, TB or PB. From MB on the limits lie where rounding
// would show 1000.000. NaN is "NA". It follows bytes_display_string_dec of the reference.
func BytesDec(n float64) string {
	if math.IsNaN(n) {
		return notAvailable
	}
	switch a := math.Abs(n); {
	case a < 1000:
		return fmt.Sprintf("%.0f bytes", n)
	case a < 1e6:
		return fmt.Sprintf("%.3f KB", n/1e3)
	case a < 999999500:
		return fmt.Sprintf("%.3f MB", n/1e6)
	case a < 999999500e3:
		return fmt.Sprintf("%.3f GB", n/1e9)
	case a < 999999500e6:
		return fmt.Sprintf("%.3f TB", n/1e12)
	}
	return fmt.Sprintf("%.3f PB", n/1e15)
}
