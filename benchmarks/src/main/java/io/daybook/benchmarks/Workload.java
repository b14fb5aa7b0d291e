package io.daybook.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What is measured. Each round works on a store of its own; what is read is filled once and kept
 * for all rounds.
 */
enum Workload {
  APPEND_1("append-1", false) {
    @Override
    Measurement run(Subject subject, Sizes sizes, Path folder) throws Exception {
      return appendSingly(subject, 1, sizes.loneAppends());
    }
  },
  APPEND_64("append-64", false) {
    @Override
    Measurement run(Subject subject, Sizes sizes, Path folder) throws Exception {
      return appendSingly(subject, 64, sizes.appendsPerWriter(subject));
    }
  },
  APPEND_256("append-256", false) {
    @Override
    Measurement run(Subject subject, Sizes sizes, Path folder) throws Exception {
      return appendSingly(subject, 256, sizes.appendsPerWriter(subject));
    }
  },
  APPEND_64_DCB("append-64-dcb", false) {
    @Override
    Measurement run(Subject subject, Sizes sizes, Path folder) throws Exception {
      subject.append("warm-up", -1, List.of(Sample.of(0, 1)));
      return new Timer()
          .run(
              64,
              sizes.appendsPerWriter(subject),
              (caller, round) -> {
                Sample sample = Sample.of(caller * 1_000_000L + round, Long.MAX_VALUE);
                subject.appendUnless(
                    "dcb-" + caller, List.of(sample), sample.type(), sample.tag(), 0);
                return 1;
              })
          .measured();
    }
  },
  APPEND_BATCH("append-batch", false) {
    @Override
    Measurement run(Subject subject, Sizes sizes, Path folder) throws Exception {
      List<Sample> batch = new ArrayList<>();
      for (int i = 0; i < Sizes.BATCH; i++) {
        batch.add(Sample.of(i, Sizes.BATCH / 10));
      }
      return new Timer()
          .run(
              1,
              sizes.batches(),
              (_, round) -> {
                subject.append("batch-1", (long) round * Sizes.BATCH - 1, batch);
                return Sizes.BATCH;
              })
          .measured();
    }
  },
  LOAD_100("load-100", true) {
    @Override
    Measurement run(Subject subject, Sizes sizes, Path folder) throws Exception {
      var random = new Random(100);
      return new Timer()
          .run(
              1,
              sizes.loads(),
              (_, _) -> {
                long bytes = subject.readStream("account-" + random.nextInt(sizes.streams()));
                return counted(bytes, Sizes.STREAM_LENGTH);
              })
          .measured();
    }
  },
  TAG_10("tag-10", true) {
    @Override
    Measurement run(Subject subject, Sizes sizes, Path folder) throws Exception {
      var random = new Random(10);
      return new Timer()
          .run(
              1,
              sizes.loads(),
              (_, _) -> {
                long bytes = subject.readTag("account:" + random.nextInt((int) sizes.tags()));
                return counted(bytes, 10);
              })
          .measured();
    }
  },
  SCAN("scan", true) {
    @Override
    Measurement run(Subject subject, Sizes sizes, Path folder) throws Exception {
      return new Timer().run(1, 1, (_, _) -> counted(subject.scan(), sizes.filled())).measured();
    }
  },
  DISK("disk", true) {
    @Override
    Measurement run(Subject subject, Sizes sizes, Path folder) throws Exception {
      return new Measurement(
          Double.NaN, Double.NaN, Double.NaN, (double) bytesIn(folder) / sizes.filled());
    }
  };

  private final String label;
  private final boolean reads;

  Workload(String label, boolean reads) {
    this.label = label;
    this.reads = reads;
  }

  /** Its name on the command line and in tables. */
  String label() {
    return label;
  }

  /** Whether it works on a filled store. */
  boolean reads() {
    return reads;
  }

  boolean suits(Subject subject) {
    if (this == APPEND_64_DCB) {
      return subject.hasConditions();
    }
    return subject.canRead() || this == APPEND_1 || this == APPEND_BATCH;
  }

  /** One round. */
  abstract Measurement run(Subject subject, Sizes sizes, Path folder) throws Exception;

  private static Measurement appendSingly(Subject subject, int writers, int appends)
      throws Exception {
    return new Timer()
        .run(
            writers,
            appends,
            (caller, round) -> {
              Sample sample = Sample.of(caller * 1_000_000L + round, 1_000_000);
              subject.append("account-" + caller, round - 1, List.of(sample));
              return 1;
            })
        .measured();
  }

  /** A subject that returned less than was stored has not done the work. */
  private static long counted(long bytes, long events) {
    if (bytes != 256 * events) {
      throw new IllegalStateException(bytes + " bytes were read, not " + 256 * events);
    }
    return events;
  }

  /**
   * Fills a store: streams of {@link Sizes#STREAM_LENGTH} events that grow side by side, in appends
   * of one stream each.
   */
  static void fill(Subject subject, Sizes sizes) throws Exception {
    int perAppend = Sizes.STREAM_LENGTH / 10;
    long number = 0;
    for (int part = 0; part < 10; part++) {
      for (int stream = 0; stream < sizes.streams(); stream++) {
        List<Sample> batch = new ArrayList<>();
        for (int i = 0; i < perAppend; i++) {
          batch.add(Sample.of(number++, sizes.tags()));
        }
        subject.append("account-" + stream, (long) part * perAppend - 1, batch);
      }
    }
    if (subject.head() != sizes.filled() - 1) {
      throw new IllegalStateException("the head is " + subject.head());
    }
  }

  private static long bytesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }
}
