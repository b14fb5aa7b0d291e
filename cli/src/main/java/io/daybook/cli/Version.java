package io.daybook.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which version this is. Made by picocli. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {line()};
  }

  /** The version, and what it runs on, in one line. */
  static String line() throws IOException {
    return "daybook "
        + number()
        + " (Java "
        + Runtime.version()
        + ", "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.arch")
        + ")";
  }

  /** The build writes it. */
  private static String number() throws IOException {
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IOException("version.properties is missing: this build of daybook is not whole");
      }
      var properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "of an unknown version");
    }
  }
}
