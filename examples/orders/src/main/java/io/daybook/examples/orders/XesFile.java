package io.daybook.examples.orders;

import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ImportFile;
import io.daybook.examples.orders.LogEvent.ActivityRecorded;
import io.daybook.examples.orders.LogEvent.Touched;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads an event log in XES (IEEE 1849), gzipped or not, in a stream: memory is needed for one
 * event.
 *
 * <p>The case is the {@code concept:name} of the trace, the activity that of the event. One that is
 * missing has the value that the log declares for its globals, or else {@code UNKNOWN}; that is how
 * such logs count themselves.
 */
final class XesFile {
  private static final String NAME = "concept:name";
  private static final String TIME = "time:timestamp";
  private static final String UNKNOWN = "UNKNOWN";
  private static final String TOTALS = "meta_concept:named_events_total/";
  private static final Set<String> ATTRIBUTES =
      Set.of("string", "date", "int", "float", "boolean", "id", "list", "container");

  private final Path file;
  private final XMLStreamReader xml;
  private final Reader reader;

  /** What of the log is being read: attributes go there. */
  private final Deque<Map<String, String>> scopes = new ArrayDeque<>();

  /** The attributes that are open, since attributes have attributes. */
  private final Deque<String> keys = new ArrayDeque<>();

  private final Map<String, Long> totals = new LinkedHashMap<>();
  private String globalScope = "";
  private String defaultCase = UNKNOWN;
  private String defaultActivity = UNKNOWN;

  /** Is told the events. */
  interface Reader {
    /** An event. */
    void event(ActivityRecorded event);
  }

  private XesFile(Path file, XMLStreamReader xml, Reader reader) {
    this.file = file;
    this.xml = xml;
    this.reader = reader;
  }

  /**
   * Reads a file.
   *
   * @return how often each activity was done, as the log states itself; empty if it does not
   * @throws CommandFailedException if it cannot be read, or is no such log; events before that were
   *     handed out
   */
  static Map<String, Long> read(Path file, Reader reader) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    // what a file names elsewhere is nobody's business
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try (var source = ImportFile.open(file)) {
      return read(file, source, factory, reader);
    }
  }

  private static Map<String, Long> read(
      Path file, ImportFile source, XMLInputFactory factory, Reader reader) {
    try {
      var xes = new XesFile(file, factory.createXMLStreamReader(source.content()), reader);
      xes.log();
      return xes.totals;
    } catch (XMLStreamException e) {
      if (e.getNestedException() instanceof IOException io) {
        throw source.failure(io);
      }
      String message = String.valueOf(e.getMessage());
      int detail = message.indexOf("Message: ");
      throw LogFiles.bad(
          file,
          "line "
              + e.getLocation().getLineNumber()
              + ": it is not well-formed XML: "
              + (detail < 0 ? message : message.substring(detail + 9)));
    }
  }

  private void log() throws XMLStreamException {
    xml.nextTag();
    if (!xml.getLocalName().equals("log")) {
      throw LogFiles.bad(
          file,
          "it is not an XES log: it begins with <" + xml.getLocalName() + ">, not with <log>");
    }
    Map<String, String> log = new LinkedHashMap<>();
    scopes.push(log);
    elements();
    log.forEach((key, value) -> {
      if (key.startsWith(TOTALS)) {
        totals.put(key.substring(TOTALS.length()), number(key, value));
      }
    });
  }

  /** Reads what is in the log, to its end. */
  private void elements() throws XMLStreamException {
    while (xml.hasNext()) {
      int what = xml.next();
      if (what == XMLStreamConstants.START_ELEMENT) {
        start(xml.getLocalName());
      } else if (what == XMLStreamConstants.END_ELEMENT) {
        end(xml.getLocalName());
      }
    }
  }

  private void start(String element) {
    switch (element) {
      case "trace", "event" -> scopes.push(new LinkedHashMap<>());
      case "global" -> {
        globalScope = String.valueOf(xml.getAttributeValue(null, "scope"));
        scopes.push(new LinkedHashMap<>());
      }
      default -> {
        if (ATTRIBUTES.contains(element)) {
          attribute();
        }
      }
    }
  }

  private void end(String element) {
    switch (element) {
      case "trace" -> {
        var _ = scopes.pop();
      }
      case "global" -> declare(scopes.pop());
      case "event" -> {
        Map<String, String> event = scopes.pop();
        // its trace is what is around it; an event may stand alone in the log, too
        Map<String, String> trace = scopes.element();
        String name = scopes.size() == 1 ? null : trace.get(NAME);
        String caseId = name == null || name.isBlank() ? defaultCase : name;
        hand(caseId, event);
      }
      default -> {
        if (ATTRIBUTES.contains(element)) {
          var _ = keys.pop();
        }
      }
    }
  }

  private void attribute() {
    String key = xml.getAttributeValue(null, "key");
    String value = xml.getAttributeValue(null, "value");
    if (key == null) {
      throw LogFiles.bad(
          file, "line " + xml.getLocation().getLineNumber() + ": an attribute has no key");
    }
    String path = keys.isEmpty() ? key : keys.element() + "/" + key;
    keys.push(path);
    if (value != null) {
      scopes.element().put(path, value);
    }
  }

  private void declare(Map<String, String> values) {
    if (globalScope.equals("trace")) {
      defaultCase = values.getOrDefault(NAME, UNKNOWN);
    } else if (globalScope.equals("event")) {
      defaultActivity = values.getOrDefault(NAME, UNKNOWN);
    }
  }

  private void hand(String caseId, Map<String, String> attributes) {
    String activity = attributes.remove(NAME);
    String time = attributes.get(TIME);
    Instant at = time == null || time.isBlank() ? null : LogFiles.instant(time);
    if (at == null && time != null && !time.isBlank()) {
      throw LogFiles.bad(
          file,
          "line "
              + xml.getLocation().getLineNumber()
              + ": the time of an event is not a date and time: "
              + time);
    }
    reader.event(
        new ActivityRecorded(
            "xes",
            activity == null || activity.isBlank() ? defaultActivity : activity,
            at,
            List.of(new Touched(LogEvent.CASE, caseId, "")),
            attributes));
  }

  private long number(String key, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException _) {
      throw LogFiles.bad(file, "the total " + key + " is not a whole number: " + value);
    }
  }
}
