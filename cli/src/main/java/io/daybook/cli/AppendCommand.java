package io.daybook.cli;

import io.daybook.eventstore.Append;
import io.daybook.eventstore.AppendResult;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.Limits;
import io.daybook.eventstore.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Appends one event. */
@Command(
    name = "append",
    description = {
      "Append an event to a stream, and print its position and revision.",
      "",
      "Here --data is the event's data, so the store is named before the command (daybook --data"
          + " DIR append ...) or by --store.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:appended, or stored already under the same --id",
      "1:failed",
      "2:asked wrongly, or data that is not JSON",
      "3:the stream is not as --expected says"
    })
final class AppendCommand implements Callable<Integer> {
  private final Context context;
  private final RootCommand root;

  @Option(names = "--store", paramLabel = "DIR", description = "The store's directory.")
  private @Nullable String store;

  @Parameters(paramLabel = "STREAM", description = "The stream, for example account-42.")
  private String stream = "";

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      required = true,
      description = "What happened, in the past tense, for example Deposited.")
  private String type = "";

  @Option(
      names = "--data",
      paramLabel = "JSON",
      required = true,
      description =
          "The event's data, stored as given, to the byte; - reads it from standard input.")
  private String data = "";

  @Option(
      names = "--tag",
      paramLabel = "KEY:VALUE",
      description = "What the event can be found by. May be repeated.")
  private List<String> tags = List.of();

  @Option(
      names = "--meta",
      paramLabel = "JSON",
      description = "Who, why, in which context: a JSON object, for example {\"actor\":\"ada\"}.")
  private @Nullable String metadata;

  @Option(
      names = "--expected",
      paramLabel = "any|none|exists|N",
      converter = ExpectedRevisionConverter.class,
      description =
          "What the stream must be: anything (default), without events, with events, or with N as"
              + " the revision of its last event.")
  private ExpectedRevision expected = ExpectedRevision.any();

  @Option(
      names = "--id",
      paramLabel = "UUID",
      description =
          "The event's id; default: a new one. To append the same id again is a retry: it stores"
              + " nothing and prints what the first printed.")
  private @Nullable UUID id;

  AppendCommand(Context context, RootCommand root) {
    this.context = context;
    this.root = root;
  }

  @Override
  public Integer call() throws IOException {
    Append append = append();
    String location = store == null ? root.location() : store;
    try (EventStore events = context.openOrCreate(location)) {
      AppendResult result = events.append(append);
      context
          .out()
          .line("position " + result.lastPosition() + ", revision " + result.lastRevision(stream));
    }
    return ExitCode.OK;
  }

  private Append append() throws IOException {
    Payload payload = json("--data", readData());
    Payload context =
        metadata == null ? Payload.empty() : metadata(metadata.getBytes(StandardCharsets.UTF_8));
    try {
      Limits.requireStreamName(stream);
      var event = new Event(id == null ? Event.newId() : id, type, tags, payload, context);
      return Append.to(stream).expecting(expected).events(event);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage(Failures.message(e));
    }
  }

  private byte[] readData() throws IOException {
    return data.equals("-")
        ? context.terminal().in().readAllBytes()
        : data.getBytes(StandardCharsets.UTF_8);
  }

  private static Payload metadata(byte[] given) {
    Payload json = json("--meta", given);
    if (!Json.isObject(given)) {
      throw CommandFailedException.usage(
          "--meta: a JSON object is needed, such as {\"actor\":\"ada\"}");
    }
    return json;
  }

  private static Payload json(String option, byte[] given) {
    byte[] json = withoutFinalLineEnd(given);
    Json.Problem problem = Json.check(json, 0, json.length);
    if (problem != null) {
      Place place = new Slice(json, 0, json.length, new Place(1, 1)).placeOf(problem.offset());
      throw CommandFailedException.usage(
          option + ": line " + place.line() + ", column " + place.column() + ": " + problem.what());
    }
    return Payload.json(json);
  }

  /** Which a text editor or echo adds, and nobody means. */
  private static byte[] withoutFinalLineEnd(byte[] bytes) {
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\n') {
      length--;
      if (length > 0 && bytes[length - 1] == '\r') {
        length--;
      }
    }
    return Arrays.copyOf(bytes, length);
  }
}
