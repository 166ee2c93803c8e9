#!/usr/bin/perl
# Puts every guard of the files named on the command line under a switch: `if (CONDITION)` becomes
# `if (holdfast::guard(N, CONDITION))`. Prints "N FILE LINE FUNCTION CONDITION" for each; the second
# of its kind in a function ends in " #2". Conditions that declare something are left as they are.
use strict;
use warnings;

my $number = 0;
my %count;
for my $file (@ARGV) {
  open(my $in, '<', $file) or die "$file: $!\n";
  my $text = do { local $/; <$in> };
  close($in);
  my $out = "#include \"guard.h\"\n";
  my $balanced;
  $balanced = qr/\((?:[^()"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(??{$balanced}))*\)/;
  my $line = 1;
  my $function = '-';
  while ($text =~ /\G(.*?)\bif (constexpr )?($balanced)/gcs) {
    my ($before, $constant, $condition) = ($1, $2 // '', $3);
    $line += ($before =~ tr/\n//);
    my $inner = substr($condition, 1, -1);
    # A definition begins at the left margin and names its function before the first bracket.
    $function = $1 while $before =~ /^(?!namespace|struct|enum|class)\w[^\n(=;]*?(\w+)\(/gm;
    $out .= $before;
    if ($constant ne '' || $inner =~ /;/ || $before =~ m{//[^\n]*$}) {
      $out .= "if $constant$condition";
    } else {
      ++$number;
      my $shown = $inner;
      $shown =~ s/\s+/ /g;
      my $seen = ++$count{"$file $function $shown"};
      $shown .= " #$seen" if $seen > 1;
      print "$number $file $line $function $shown\n";
      $out .= "if (holdfast::guard($number, $inner))";
    }
    $line += ($condition =~ tr/\n//);
  }
  $text =~ /\G(.*)/gcs;
  $out .= $1;
  open(my $to, '>', $file) or die "$file: $!\n";
  print $to $out;
  close($to);
}
