import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Formats the Java sources below a directory, or says which are not formatted. The build runs it as a source file, with
 * google-java-format on the class path: {@code java … Format.java check|apply DIRECTORY}.
 */
final class Format {
  public static void main(String[] args) throws IOException {
    boolean apply = args[0].equals("apply");
    Path directory = Path.of(args[1]);
    if (!Files.isDirectory(directory)) {
      return;
    }
    List<Path> changed;
    try (var files = Files.walk(directory)) {
      changed =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !directory.relativize(file).toString().matches("(.*/)?(target|\\..*?)/.*"))
              .parallel()
              .filter(file -> changes(file, apply))
              .sorted()
              .toList();
    }
    String prefix = apply ? "Formatted " : "Not formatted: ";
    changed.forEach(file -> System.err.println(prefix + file));
    if (!apply && !changed.isEmpty()) {
      System.err.println("To format all sources: ./mvnw -N -Pformat validate");
      System.exit(1);
    }
  }

  private static boolean changes(Path file, boolean apply) {
    try {
      String source = Files.readString(file);
      String formatted = new Formatter().formatSourceAndFixImports(source);
      if (formatted.equals(source)) {
        return false;
      }
      if (apply) {
        Files.writeString(file, formatted);
      }
      return true;
    } catch (FormatterException e) {
      System.err.println(e.getMessage());
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}
