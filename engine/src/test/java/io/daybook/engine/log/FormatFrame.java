package io.daybook.engine.log;

import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/** Frames written by the words of {@code docs/format.md} alone, slowly. */
final class FormatFrame {
  private final Map<String, Integer> strings = new LinkedHashMap<>();
  private final ByteArrayOutputStream bodies = new ByteArrayOutputStream();
  private long hash;

  private FormatFrame() {}

  /** The frame of an append that stands at a place of a file with a seed. */
  static byte[] of(DecidedAppend append, int seed, long place, int chain, long durableMark) {
    return new FormatFrame().frame(append, seed, place, chain, durableMark);
  }

  /** A close record. */
  static byte[] close(long nextPosition, long recordedAt, int seed, long place, int chain) {
    byte[] frame =
        le(64)
            .putInt(0, 64)
            .putInt(8, chain)
            .put(12, (byte) 2)
            .putLong(16, nextPosition)
            .putLong(24, recordedAt)
            .putLong(32, place)
            .array();
    return checked(frame, 64, seed, place, chain);
  }

  private byte[] frame(DecidedAppend append, int seed, long place, int chain, long durableMark) {
    int events = append.eventCount();
    ByteBuffer runs = le(16 * append.runs().size());
    ByteBuffer entries = le(8 * events);
    long idBase = append.runs().getFirst().events().getFirst().id().getMostSignificantBits();
    long position = append.firstPosition();
    int index = 0;
    for (DecidedAppend.Run run : append.runs()) {
      runs.putInt(number(run.stream())).putInt(index).putLong(run.firstRevision());
      long revision = run.firstRevision();
      for (Event event : run.events()) {
        hash = 0;
        cover(position++);
        cover(revision++);
        cover(append.recordedAtMicros());
        cover(crc(utf8(run.stream())));
        byte[] body = body(event, idBase);
        bodies.writeBytes(body);
        int fold = (int) (hash ^ (hash >>> 32));
        entries.putInt(bodies.size()).putInt(crc(body) ^ fold);
        index++;
      }
    }
    var texts = new ByteArrayOutputStream();
    ByteBuffer ends = le(4 * strings.size());
    for (String text : strings.keySet()) {
      texts.writeBytes(utf8(text));
      ends.putInt(texts.size());
    }
    int meta = 64 + runs.capacity() + entries.capacity() + ends.capacity() + texts.size();
    int length = Math.ceilDiv(meta + bodies.size(), 8) * 8;
    byte[] all = new byte[length];
    ByteBuffer frame = le(all);
    frame.putInt(length).putInt(0).putInt(chain).put(new byte[] {1, 0, 0, 0});
    frame.putLong(append.firstPosition()).putLong(append.recordedAtMicros());
    frame.putLong(durableMark).putLong(idBase);
    frame.putInt(events).putInt(append.runs().size());
    frame.putInt(strings.size()).putInt(texts.size());
    frame.put(runs.flip()).put(entries.flip()).put(ends.flip());
    frame.put(texts.toByteArray()).put(bodies.toByteArray());
    return checked(all, meta, seed, place, chain);
  }

  private static byte[] checked(byte[] frame, int meta, int seed, long place, int chain) {
    var crc = new CRC32C();
    crc.update(le(16).putInt(seed).putLong(place).putInt(chain).array());
    crc.update(frame, 0, 4);
    crc.update(frame, 8, meta - 8);
    le(frame).putInt(4, (int) crc.getValue());
    return frame;
  }

  private byte[] body(Event event, long idBase) {
    var body = new ByteArrayOutputStream();
    boolean stub = event.data().contentType().equals("application/x-daybook-scavenged");
    boolean otherData = !stub && !event.data().contentType().equals(Payload.JSON);
    boolean otherMetadata = !event.metadata().contentType().equals(Payload.JSON);
    int tags = event.tags().size();
    long high = event.id().getMostSignificantBits();
    long difference = high - idBase;
    long zigzag = (difference << 1) ^ (difference >> 63);
    byte[] shortId = varint(zigzag);
    int head = shortId.length < 8 ? 1 : 0;
    head |= event.metadata().size() > 0 ? 2 : 0;
    head |= otherData ? 4 : 0;
    head |= otherMetadata ? 8 : 0;
    head |= (stub ? 14 : tags <= 13 ? tags : 15) << 4;
    body.write(head);
    cover(high);
    body.writeBytes(shortId.length < 8 ? shortId : le(8).putLong(high).array());
    body.writeBytes(le(8).putLong(event.id().getLeastSignificantBits()).array());
    refer(event.type(), body);
    if (stub) {
      return body.toByteArray();
    }
    if (tags > 13) {
      body.writeBytes(varint(tags));
    }
    event.tags().forEach(tag -> refer(tag, body));
    if (otherData) {
      refer(event.data().contentType(), body);
    }
    if (otherMetadata) {
      refer(event.metadata().contentType(), body);
    }
    if (event.metadata().size() > 0) {
      body.writeBytes(varint(event.metadata().size()));
      body.writeBytes(event.metadata().toByteArray());
    }
    body.writeBytes(event.data().toByteArray());
    return body.toByteArray();
  }

  private void refer(String text, ByteArrayOutputStream body) {
    body.writeBytes(varint(number(text)));
    cover(crc(utf8(text)));
  }

  private int number(String text) {
    return strings.computeIfAbsent(text, _ -> strings.size());
  }

  private void cover(long value) {
    long z = (hash ^ value) + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    hash = z ^ (z >>> 31);
  }

  private static byte[] varint(long value) {
    var bytes = new ByteArrayOutputStream();
    long left = value;
    for (; Long.compareUnsigned(left, 0x7f) > 0; left >>>= 7) {
      bytes.write((int) ((left & 0x7f) | 0x80));
    }
    bytes.write((int) left);
    return bytes.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int crc(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static ByteBuffer le(int bytes) {
    return le(new byte[bytes]);
  }

  private static ByteBuffer le(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
