package io.daybook.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a demo tells its story: chapters, sentences and figures. Used by one thread. */
public final class DemoStory {
  private static final int WIDTH = 76;

  private final PrintStream out;
  private final boolean bold;
  private int chapter;

  /** Told there. */
  public DemoStory(Terminal terminal) {
    this.out =
        new PrintStream(new BufferedOutputStream(terminal.out()), false, StandardCharsets.UTF_8);
    this.bold = terminal.outIsTerminal();
  }

  /**
   * Where the story's store is: the directory that is named, which must be empty, or a new one
   * whose name can be typed, for the commands to try name it.
   *
   * @param demo the demo's name
   * @param arguments the demo's arguments
   * @throws CommandFailedException if there is more than one argument, or the directory is not
   *     empty
   */
  public static Path directory(String demo, List<String> arguments) throws IOException {
    if (arguments.size() > 1) {
      throw CommandFailedException.usage("demo " + demo + " takes one directory at most");
    }
    return arguments.isEmpty() ? newDirectory(demo) : emptyDirectory(arguments.getFirst());
  }

  private static Path newDirectory(String demo) throws IOException {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    for (int number = 1; ; number++) {
      try {
        return Files.createDirectory(parent.resolve(demo + "-demo-" + number));
      } catch (FileAlreadyExistsException _) {
        // an earlier story lives there
      }
    }
  }

  private static Path emptyDirectory(String name) throws IOException {
    Path directory = Files.createDirectories(Path.of(name));
    try (var files = Files.list(directory)) {
      if (files.findAny().isPresent()) {
        throw CommandFailedException.failure(
            directory + " is not empty, and the story begins in an empty place", null);
      }
    }
    return directory;
  }

  /** Begins the next chapter. */
  public void chapter(String title) {
    chapter++;
    String line = chapter + ". " + title;
    out.println();
    out.println(bold ? "\u001b[1m" + line + "\u001b[0m" : line);
  }

  /** Says a sentence, in as many lines as it takes; those of the text stay. */
  public void say(String text) {
    for (String line : text.split("\n", -1)) {
      for (String part : wrapped(line)) {
        out.println(chapter == 0 ? part : "   " + part);
      }
    }
  }

  /** Tells what happened and the figure that it led to, which stands at the right. */
  public void tell(String what, Object figure) {
    out.println("   %-54s%20s".formatted(what, figure));
  }

  /** Shows lines as they are: a table, a document. */
  public void show(String lines) {
    lines.lines().forEach(out::println);
  }

  /** Flushes what was told. */
  public void end() {
    out.flush();
  }

  private static List<String> wrapped(String text) {
    var lines = new ArrayList<String>();
    String rest = text;
    while (rest.length() > WIDTH) {
      int space = rest.lastIndexOf(' ', WIDTH);
      int end = space > 0 ? space : WIDTH;
      lines.add(rest.substring(0, end));
      rest = rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }
}
