// Package getopt reads a command line by the rules of Perl's Getopt::Long, as 2.229 uses it: names
// in any case and abbreviated to any unambiguous prefix, introduced by "--", "-" or "+", negated by
// "--no" or "--no-", values after "=" or in the next word, options and other words in any order.
// Years of user scripts rely on each of these rules.
//
// Terms: an option has one canonical name, perhaps aliases, and one destination variable; a
// destination remembers whether the option was given at all, because presets and defaults depend on
// that; an extra is a word that is neither option nor value; a problem is a sentence about a word
// that cannot be understood.
//
// Each package that consumes options registers them in a [Set] with its own variables. The package
// does no I/O and prints nothing. A Set is not safe for concurrent use.
package getopt
