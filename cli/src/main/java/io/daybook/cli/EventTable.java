package io.daybook.cli;

import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows events to a person, in columns as wide as the first screens of events need, and lines as
 * wide as the terminal.
 */
final class EventTable implements EventWriter {
  private static final List<String> TITLES =
      List.of("position", "recorded at", "stream", "revision", "type", "tags", "data");
  private static final int ROWS_TO_MEASURE = 200;
  private static final int MAX_COLUMN = 40;
  private static final int MIN_DATA = 20;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private final Output out;
  private final int width;
  private final ZoneId zone;
  private final List<List<String>> held = new ArrayList<>();
  private int[] widths = new int[0];

  EventTable(Output out, int width, ZoneId zone) {
    this.out = out;
    this.width = width;
    this.zone = zone;
  }

  @Override
  public void write(RecordedEvent event) {
    List<String> row =
        List.of(
            event.position().toString(),
            time(event.recordedAt()),
            Text.printable(event.stream()),
            event.revision().toString(),
            Text.printable(event.type()),
            Text.printable(String.join(" ", event.tags())),
            data(event.data()));
    if (widths.length > 0) {
      print(row);
    } else {
      held.add(row);
      if (held.size() == ROWS_TO_MEASURE) {
        printHeld();
      }
    }
  }

  @Override
  public void flush() {
    printHeld();
    out.flush();
  }

  @Override
  public void finish() {
    printHeld();
  }

  private void printHeld() {
    if (held.isEmpty()) {
      return;
    }
    if (widths.length == 0) {
      widths = new int[TITLES.size() - 1];
      held.addFirst(TITLES);
      for (int column = 0; column < widths.length; column++) {
        for (List<String> row : held) {
          widths[column] = Math.max(widths[column], length(row.get(column)));
        }
        widths[column] = Math.min(widths[column], MAX_COLUMN);
      }
    }
    held.forEach(this::print);
    held.clear();
  }

  private void print(List<String> row) {
    var line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      String pad = " ".repeat(Math.max(0, widths[column] - length(cell)));
      boolean number = column == 0 || column == 3;
      line.append(number ? pad + cell : cell + pad).append("  ");
    }
    int left = Math.max(MIN_DATA, width - line.codePointCount(0, line.length()));
    out.line(line.append(cut(row.getLast(), left)).toString().stripTrailing());
  }

  private String time(Instant instant) {
    return TIME.format(instant.atZone(zone));
  }

  /** Only as much of the data is looked at as could be shown. */
  private String data(Payload data) {
    if (!data.contentType().equals(Payload.JSON)) {
      return data.contentType() + ", " + Text.count(data.size(), "byte");
    }
    return Text.printable(data.size() <= 4 * width ? data.text() : start(data));
  }

  private String start(Payload data) {
    var bytes = new byte[4 * width];
    data.asByteBuffer().get(bytes);
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String cut(String text, int columns) {
    return length(text) <= columns
        ? text
        : text.substring(0, text.offsetByCodePoints(0, columns - 1)) + "…";
  }
}
