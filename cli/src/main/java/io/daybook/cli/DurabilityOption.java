package io.daybook.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that says when what is appended is on the disk, of commands that append much. */
final class DurabilityOption {
  private static final String INTERVAL = "interval";
  private static final long USUAL_MILLIS = 1_000;
  private static final long MOST_MILLIS = Duration.ofDays(1).toMillis();

  /**
   * What the option says.
   *
   * @param interval how long an append may wait for its sync; null if none may
   */
  record Choice(@Nullable Duration interval) {}

  @Option(
      names = "--durability",
      paramLabel = "fsync|interval[:MILLIS]",
      converter = Converter.class,
      description = {
        "fsync (default): what counts as stored is on the disk.",
        "interval: the disk is synced once a second, or every MILLIS milliseconds, and at the end."
            + " If the machine fails meanwhile, the last appends are lost, whole; run the command"
            + " again then."
      })
  private Choice choice = new Choice(null);

  /** The provider with what was chosen. */
  StoreProvider of(StoreProvider provider) {
    Duration interval = choice.interval();
    return interval == null ? provider : provider.withSyncInterval(interval);
  }

  /** Reads the mode as users write it. */
  static final class Converter implements ITypeConverter<Choice> {
    @Override
    public Choice convert(String text) {
      return switch (text) {
        case "fsync" -> new Choice(null);
        case INTERVAL -> new Choice(Duration.ofMillis(USUAL_MILLIS));
        default -> new Choice(Duration.ofMillis(millis(text)));
      };
    }

    private static long millis(String text) {
      if (text.matches(INTERVAL + ":[0-9]{1,9}")) {
        long millis = Long.parseLong(text.substring(INTERVAL.length() + 1));
        if (millis >= 1 && millis <= MOST_MILLIS) {
          return millis;
        }
      }
      throw new TypeConversionException(
          "it is fsync, interval, or interval:MILLIS with 1 to "
              + MOST_MILLIS
              + " milliseconds, not: "
              + text);
    }
  }
}
