package io.daybook.cli;

import io.daybook.eventstore.Query;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which events are meant. */
final class EventFilter {
  @Option(
      names = "--category",
      paramLabel = "CATEGORY",
      description =
          "Events of streams of this category, the part of a stream's name before the first -. If"
              + " repeated, of any of them.")
  private List<String> categories = List.of();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Events of this type. If repeated, of any of them.")
  private List<String> types = List.of();

  @Option(
      names = "--tag",
      paramLabel = "KEY:VALUE",
      description = "Events with this tag. If repeated, with all of them.")
  private List<String> tags = List.of();

  /** The query; together with a stream, if there is one. */
  Query query(@Nullable String stream) {
    if (stream == null && categories.isEmpty() && types.isEmpty() && tags.isEmpty()) {
      return Query.everything();
    }
    if (stream != null && !categories.isEmpty()) {
      throw CommandFailedException.usage("a stream and --category exclude each other");
    }
    try {
      return new Query.Item(
              stream == null ? Set.of() : Set.of(stream),
              Set.copyOf(categories),
              Set.copyOf(types),
              Set.copyOf(tags))
          .asQuery();
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage(Failures.message(e));
    }
  }
}
