package io.daybook.engine.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A message says what happened, not only to which file. */
final class FaultsTest {
  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(new NoSuchFileException("/x/y"), "there is no file or folder /x/y"),
        Arguments.of(new AccessDeniedException("/x/y"), "/x/y may not be used by you"),
        Arguments.of(new FileAlreadyExistsException("/x/y"), "/x/y exists already"),
        Arguments.of(new NotDirectoryException("/x/y"), "/x/y is not a folder"),
        Arguments.of(new FileSystemException("/x/y"), "/x/y cannot be used"),
        Arguments.of(
            new FileSystemException("/x/y", null, "No space left on device"),
            "/x/y: No space left on device"),
        Arguments.of(new IOException("Input/output error"), "Input/output error"),
        Arguments.of(new IOException(), "java.io.IOException"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aReasonIsGivenInWords(IOException fault, String reason) {
    assertThat(Faults.failed("reading", "a store", fault))
        .hasMessage(
            "reading a store failed: " + reason + "; nothing was lost, mend the disk and try again")
        .hasCause(fault);
  }
}
