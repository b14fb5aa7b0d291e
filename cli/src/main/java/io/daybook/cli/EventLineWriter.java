package io.daybook.cli;

import io.daybook.eventstore.Payload;
import io.daybook.eventstore.RecordedEvent;

/**
 * Writes events as NDJSON, one per line, as {@link EventLineParser} reads them. JSON data stands in
 * the line as it was appended, to the byte; anything else in Base64.
 */
final class EventLineWriter implements EventWriter {
  private final Output out;
  private final LineBuffer line = new LineBuffer();

  EventLineWriter(Output out) {
    this.out = out;
  }

  @Override
  public void write(RecordedEvent event) {
    line.ascii("{\"position\":").number(event.position().value());
    line.ascii(",\"stream\":").quoted(event.stream());
    line.ascii(",\"revision\":").number(event.revision().value());
    line.ascii(",\"id\":\"").ascii(event.id().toString()).ascii("\"");
    line.ascii(",\"type\":").quoted(event.type());
    line.ascii(",\"tags\":[");
    String separator = "";
    for (String tag : event.tags()) {
      line.ascii(separator).quoted(tag);
      separator = ",";
    }
    line.ascii("],\"recordedAt\":\"").ascii(event.recordedAt().toString()).ascii("\"");
    writeMetadata(event.metadata());
    writeData(event.data());
    line.ascii("}\n").writeTo(out);
  }

  private void writeMetadata(Payload metadata) {
    if (metadata.equals(Payload.empty())) {
      line.ascii(",\"metadata\":null");
    } else if (isNull(metadata) || !inline(",\"metadata\":", metadata)) {
      line.ascii(",\"metadataBase64\":").base64(metadata);
      line.ascii(",\"metadataContentType\":").quoted(metadata.contentType());
    }
  }

  private void writeData(Payload data) {
    if (!inline(",\"data\":", data)) {
      line.ascii(",\"dataBase64\":").base64(data);
      line.ascii(",\"contentType\":").quoted(data.contentType());
    }
  }

  private boolean inline(String name, Payload json) {
    int before = line.size();
    line.ascii(name);
    if (line.inlineJson(json)) {
      return true;
    }
    line.truncate(before);
    return false;
  }

  /** In a line, metadata of null means that there is none. */
  private static boolean isNull(Payload metadata) {
    return metadata.size() == 4 && metadata.text().equals("null");
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void finish() {}
}
