package io.daybook.cli;

import java.math.BigInteger;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Reads the whole numbers of a command line, such as positions. */
final class WholeNumbers {
  private WholeNumbers() {}

  /** Has a command and its subcommands say in words what is no whole number. */
  static void readBy(CommandLine command) {
    command.registerConverter(Long.class, text -> parse(text, Long.MAX_VALUE));
    command.registerConverter(long.class, text -> parse(text, Long.MAX_VALUE));
    command.registerConverter(Integer.class, text -> (int) parse(text, Integer.MAX_VALUE));
    command.registerConverter(int.class, text -> (int) parse(text, Integer.MAX_VALUE));
  }

  private static long parse(String text, long max) {
    BigInteger number;
    try {
      number = new BigInteger(text);
    } catch (NumberFormatException _) {
      throw new TypeConversionException("'" + text + "' is not a whole number");
    }
    if (number.abs().compareTo(BigInteger.valueOf(max)) > 0) {
      throw new TypeConversionException("'" + text + "' is not a whole number up to " + max);
    }
    return number.longValueExact();
  }
}
