package io.daybook.cli;

import java.util.List;
import java.util.Objects;

/**
 * What {@code daybook stats} tells of a store beyond the contract.
 *
 * @param figures numbers, in the order to show them
 * @param index the files of its index, oldest first; empty if it has none
 * @param largestStreams the longest streams, longest first; empty if it cannot tell
 */
public record StoreDetails(
    List<Figure> figures, List<IndexFile> index, List<StreamSize> largestStreams) {

  /**
   * A file of the index.
   *
   * @param file the file, as the user can find it
   * @param first the first position that it covers
   * @param last the last position that it covers
   * @param bytes how many bytes it takes
   */
  public record IndexFile(String file, long first, long last, long bytes) {
    /** Checks that nothing is null. */
    public IndexFile {
      Objects.requireNonNull(file, "file");
    }
  }

  /**
   * How long a stream is.
   *
   * @param stream its name
   * @param events how many events were ever appended to it, hidden ones included
   */
  public record StreamSize(String stream, long events) {
    /** Checks that nothing is null. */
    public StreamSize {
      Objects.requireNonNull(stream, "stream");
    }
  }

  /** Copies the lists. */
  public StoreDetails {
    figures = List.copyOf(figures);
    index = List.copyOf(index);
    largestStreams = List.copyOf(largestStreams);
  }
}
