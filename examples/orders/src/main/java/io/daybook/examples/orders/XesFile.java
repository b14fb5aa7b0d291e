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
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.jspecify.annotations.Nullable;
import org.xml.sax.Attributes;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

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
  private final Reader reader;

  /** What of the log is being read: attributes go there. */
  private final Deque<Map<String, String>> scopes = new ArrayDeque<>();

  /** The attributes that are open, since attributes have attributes. */
  private final Deque<String> keys = new ArrayDeque<>();

  private final Map<String, Long> totals = new LinkedHashMap<>();
  private @Nullable Locator place;
  private String globalScope = "";
  private String defaultCase = UNKNOWN;
  private String defaultActivity = UNKNOWN;

  /** Is told the events. */
  interface Reader {
    /** An event. */
    void event(ActivityRecorded event);
  }

  private XesFile(Path file, Reader reader) {
    this.file = file;
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
    var xes = new XesFile(file, reader);
    try (var source = ImportFile.open(file)) {
      parse(source, xes);
    } catch (SAXParseException e) {
      throw LogFiles.bad(
          file, "line " + e.getLineNumber() + ": it is not well-formed XML: " + e.getMessage());
    } catch (SAXException | ParserConfigurationException e) {
      throw LogFiles.bad(file, "it cannot be read as XML: " + e.getMessage());
    }
    return xes.totals;
  }

  private static void parse(ImportFile source, XesFile xes)
      throws SAXException, ParserConfigurationException {
    SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance();
    // what a file names elsewhere is nobody's business
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    try {
      factory.newSAXParser().parse(source.content(), xes.new Elements());
    } catch (IOException e) {
      throw source.failure(e);
    }
  }

  /** Is told of the elements, in the order of the file. */
  private final class Elements extends DefaultHandler {
    @Override
    public void setDocumentLocator(Locator locator) {
      place = locator;
    }

    @Override
    public void startElement(String uri, String element, String name, Attributes attributes) {
      if (scopes.isEmpty()) {
        begin(element);
      } else {
        start(element, attributes);
      }
    }

    @Override
    public void endElement(String uri, String element, String name) {
      end(element);
    }

    @Override
    public void endDocument() {
      scopes.element().forEach(XesFile.this::total);
    }
  }

  private void begin(String element) {
    if (!element.equals("log")) {
      throw LogFiles.bad(
          file, "it is not an XES log: it begins with <" + element + ">, not with <log>");
    }
    scopes.push(new LinkedHashMap<>());
  }

  private void start(String element, Attributes attributes) {
    switch (element) {
      case "trace", "event" -> scopes.push(new LinkedHashMap<>());
      case "global" -> {
        globalScope = String.valueOf(attributes.getValue("scope"));
        scopes.push(new LinkedHashMap<>());
      }
      default -> {
        if (ATTRIBUTES.contains(element)) {
          attribute(attributes);
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

  private void attribute(Attributes attributes) {
    String key = attributes.getValue("key");
    String value = attributes.getValue("value");
    if (key == null) {
      throw LogFiles.bad(file, line() + ": an attribute has no key");
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
      throw LogFiles.bad(file, line() + ": the time of an event is not a date and time: " + time);
    }
    reader.event(
        new ActivityRecorded(
            "xes",
            activity == null || activity.isBlank() ? defaultActivity : activity,
            at,
            List.of(new Touched(LogEvent.CASE, caseId, "")),
            attributes));
  }

  private String line() {
    return "line " + (place == null ? 0 : place.getLineNumber());
  }

  private void total(String key, String value) {
    if (!key.startsWith(TOTALS)) {
      return;
    }
    try {
      totals.put(key.substring(TOTALS.length()), Long.valueOf(value));
    } catch (NumberFormatException _) {
      throw LogFiles.bad(file, "the total " + key + " is not a whole number: " + value);
    }
  }
}
