package io.daybook.cli;

import io.daybook.eventstore.ExpectedRevision;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an expected revision as users write it. */
final class ExpectedRevisionConverter implements ITypeConverter<ExpectedRevision> {

  /**
   * Reads {@code any}, {@code none}, {@code exists} or a revision.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static ExpectedRevision parse(String text) {
    return switch (text) {
      case "any" -> ExpectedRevision.any();
      case "none" -> ExpectedRevision.noStream();
      case "exists" -> ExpectedRevision.exists();
      default -> exactly(text);
    };
  }

  private static ExpectedRevision exactly(String text) {
    try {
      return ExpectedRevision.exactly(Long.parseLong(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "an expected revision is any, none, exists or a revision from 0, not: " + text, e);
    }
  }

  @Override
  public ExpectedRevision convert(String text) {
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(Failures.message(e));
    }
  }
}
