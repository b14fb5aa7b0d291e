package io.daybook.distribution;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * What the engine and other libraries log, as the command shows it: warnings, one line each, on
 * standard error. Errors are thrown to whoever asked, and told there.
 */
public final class OneLineLoggers extends System.LoggerFinder {
  private static final System.Logger LOGGER = new OneLineLogger();

  /** For {@link java.util.ServiceLoader}. */
  public OneLineLoggers() {}

  @Override
  public System.Logger getLogger(String name, Module module) {
    return LOGGER;
  }

  /** Logs to standard error. */
  private static final class OneLineLogger implements System.Logger {
    @Override
    public String getName() {
      return "daybook";
    }

    @Override
    public boolean isLoggable(Level level) {
      return level == Level.WARNING;
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      if (isLoggable(level)) {
        print(thrown == null ? String.valueOf(message) : message + ": " + thrown.getMessage());
      }
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object @Nullable ... values) {
      if (isLoggable(level)) {
        boolean plain = format == null || values == null || values.length == 0;
        print(plain ? String.valueOf(format) : MessageFormat.format(format, values));
      }
    }

    private static void print(String text) {
      System.err.println("daybook: warning: " + text.replaceAll("\\p{Cntrl}+", " "));
    }
  }
}
