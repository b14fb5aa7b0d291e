package io.daybook.cli;

import io.daybook.eventstore.RecordedEvent;

/**
 * Writes events as the array that people write by hand, one object per line, as {@link
 * ArrayElementParser} reads them.
 */
final class ArrayWriter implements EventWriter {
  private final Output out;
  private final LineBuffer line = new LineBuffer();
  private String separator = "[\n";

  ArrayWriter(Output out) {
    this.out = out;
  }

  @Override
  public void write(RecordedEvent event) {
    BusinessMetadata business = BusinessMetadata.of(event);
    line.ascii(separator);
    line.ascii("{\"event_type\":").quoted(event.type());
    line.ascii(",\"aggregate_id\":").quoted(event.stream());
    line.ascii(",\"data\":");
    if (!line.inlineJson(event.data()) && !line.compactJson(event.data())) {
      throw CommandFailedException.failure(
          "the event at position "
              + event.position()
              + " has data that is not JSON ("
              + event.data().contentType()
              + "), which an array can't hold; --format ndjson holds anything",
          null);
    }
    line.ascii(",\"timestamp\":").quoted(business.timestamp());
    line.ascii(",\"version\":").number(business.version()).ascii("}");
    line.writeTo(out);
    separator = ",\n";
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void finish() {
    line.ascii(separator.equals(",\n") ? "\n]\n" : "[]\n").writeTo(out);
  }
}
