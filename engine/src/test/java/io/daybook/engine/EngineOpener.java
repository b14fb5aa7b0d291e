package io.daybook.engine;

import io.daybook.engine.io.Disk;
import io.daybook.engine.keys.StoreKeyException;
import io.daybook.engine.log.LogSizes;
import io.daybook.eventstore.EventStore;
import io.daybook.eventstore.EventStoreException;
import io.daybook.eventstore.ExpectedRevision;
import io.daybook.eventstore.StreamSettings;
import io.daybook.eventstore.SystemEvents;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;

/** Opens the engine with files so small that a short story has many, and all on one thread. */
final class EngineOpener implements CrashRun.Opener {
  private final Durability durability;
  private final boolean encrypted;

  /** The key of the store, and the one that it may have where changing it was cut short. */
  private int key = 1;

  private int nextKey = 1;

  EngineOpener() {
    this(Durability.fsync());
  }

  EngineOpener(Durability durability) {
    this(durability, false);
  }

  private EngineOpener(Durability durability, boolean encrypted) {
    this.durability = durability;
    this.encrypted = encrypted;
  }

  /**
   * Of one store, which is encrypted, and gets other keys now and then where it would be scavenged.
   */
  static EngineOpener encrypted() {
    return new EngineOpener(Durability.fsync(), true);
  }

  @Override
  public boolean acknowledgesBeforeSync() {
    return durability.interval() != null;
  }

  @Override
  public CrashRun.OpenStore open(Disk disk, InstantSource clock, Random random) {
    EngineOptions options = options(clock, random);
    return encrypted ? openEncrypted(disk, options, random) : open(disk, options, random);
  }

  private EngineOptions options(InstantSource clock, Random random) {
    EngineOptions options =
        EngineOptions.defaults()
            .withClock(clock)
            .withoutThreads()
            .withDurability(durability)
            .withReserve(0)
            .withSizes(logSizes(random), indexLimits(random));
    return random.nextInt(3) == 0 ? options.compressed() : options;
  }

  @Override
  public CrashRun.OpenStore openCopy(Disk disk, InstantSource clock, Random random) {
    EngineOptions options = options(clock, random);
    return withKey(options, withKey -> open(disk, withKey, random));
  }

  private CrashRun.OpenStore openEncrypted(Disk disk, EngineOptions options, Random random) {
    try {
      return open(disk, options.encrypted(TestKeys.key(key)), random);
    } catch (StoreKeyException e) {
      if (e.reason() != StoreKeyException.Reason.WRONG_KEY || key == nextKey) {
        throw e;
      }
      key = nextKey;
      return open(disk, options.encrypted(TestKeys.key(key)), random);
    }
  }

  /** With the newest key first; an earlier state of the store may have an earlier one. */
  @Override
  public <T> T withKey(EngineOptions options, Function<EngineOptions, T> opening) {
    if (!encrypted) {
      return opening.apply(options);
    }
    for (int one = nextKey; one > 1; one--) {
      try {
        return opening.apply(options.encrypted(TestKeys.key(one)));
      } catch (StoreKeyException e) {
        if (e.reason() != StoreKeyException.Reason.WRONG_KEY) {
          throw e;
        }
      }
    }
    return opening.apply(options.encrypted(TestKeys.key(1)));
  }

  /** Another key, other data keys, or a scavenge. */
  private void changeFiles(EngineStore store, Random random) {
    switch (encrypted ? random.nextInt(3) : 0) {
      case 1 -> {
        nextKey = key + 1;
        store.rotateKey(TestKeys.key(nextKey));
        key = nextKey;
      }
      case 2 -> store.encryptAnew(ProgressListener.none());
      default -> store.scavenge(ProgressListener.none());
    }
  }

  private CrashRun.OpenStore open(Disk disk, EngineOptions options, Random random) {
    OpenedStore parts = new Opening(disk, "simulated", options).open();
    EngineStore store = new EngineStore(parts, options);
    return new CrashRun.OpenStore() {
      @Override
      public EventStore store() {
        return store;
      }

      @Override
      public void scavenge() {
        changeFiles(store, random);
      }

      @Override
      public BackupReport backUp(Disk target) {
        return backUp(target, false);
      }

      @Override
      public BackupReport snapshot(Disk target) {
        return backUp(target, true);
      }

      private BackupReport backUp(Disk target, boolean links) {
        parts.committer().sync();
        EventStoreException stopped = parts.committer().stopped();
        if (stopped != null) {
          throw stopped;
        }
        ProgressListener none = ProgressListener.none();
        return new Backup(disk, "simulated", target, "backup", links, none).run();
      }

      @Override
      public List<StoreOutcome> commit(List<StoreRequest> group) {
        List<Pending> pending = group.stream().map(one -> pending(one, random)).toList();
        parts.committer().accept(pending);
        return pending.stream().map(one -> StoreOutcome.of(one::outcome)).toList();
      }

      @Override
      public void sync() {
        parts.committer().sync();
      }

      @Override
      public boolean hasStopped() {
        return parts.committer().stopped() != null;
      }
    };
  }

  @Override
  public List<String> verify(Disk disk) {
    EngineOptions options = EngineOptions.defaults();
    if (encrypted) {
      options = options.encrypted(TestKeys.key(key));
    }
    VerifyReport report = EngineStore.verify(disk, "simulated", options, ProgressListener.none());
    return report.damages().stream().map(Object::toString).toList();
  }

  private static LogSizes logSizes(Random random) {
    int step = 512 << random.nextInt(4);
    return new LogSizes(
        4_096L << random.nextInt(4), step, step << random.nextInt(3), 128 << random.nextInt(8));
  }

  private static IndexLimits indexLimits(Random random) {
    return new IndexLimits(
        4 << random.nextInt(5),
        random.nextInt(4) == 0 ? 8 << random.nextInt(5) : 1 << 16,
        2_048L << random.nextInt(4),
        random.nextBoolean() ? 0 : 1L << 30,
        1 + random.nextInt(4));
  }

  /** Ids of system events come from the seed, too, since they have a part in the sizes of files. */
  private static Pending pending(StoreRequest request, Random random) {
    return new Pending(
        switch (request) {
          case StoreRequest.Events(var append) -> new Pending.Request.Events(append);
          case StoreRequest.Settings(var stream, var expected, var settings) ->
              administration(
                  SystemEvents.STREAM_SETTINGS_CHANGED, stream, expected, settings, random);
          case StoreRequest.Delete(var stream, var expected) ->
              administration(
                  SystemEvents.STREAM_DELETED, stream, expected, StreamSettings.none(), random);
          case StoreRequest.Tombstone(var stream, var expected) ->
              administration(
                  SystemEvents.STREAM_TOMBSTONED, stream, expected, StreamSettings.none(), random);
        },
        null);
  }

  private static Pending.Request administration(
      String type,
      String stream,
      ExpectedRevision expected,
      StreamSettings settings,
      Random random) {
    var id = new UUID(random.nextLong(), random.nextLong());
    return new Pending.Request.Administration(type, stream, expected, settings, id);
  }
}
