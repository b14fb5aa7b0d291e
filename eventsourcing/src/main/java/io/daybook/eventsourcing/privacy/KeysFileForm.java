package io.daybook.eventsourcing.privacy;

import io.daybook.eventsourcing.privacy.SubjectKeysException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * What stands in a file of subjects' keys. All numbers are big-endian.
 *
 * <p>The head has {@value #HEAD_BYTES} bytes: magic 8, store id 16, generation 8, salt 16, the
 * master key's id 8, zeros 4, CRC-32C of all before 4. Records follow, each at a multiple of
 * {@value #ALIGNMENT}, so that the 12 bytes it begins with are in one sector: length of the sealed
 * body 4, CRC-32C of these 4, CRC-32C of the sealed body 4, the sealed body.
 *
 * <p>A body is sealed by AES-256-GCM with a key made of the master key and the salt; the head and
 * the record's offset are additional data, so that a record counts only where it was written. It
 * holds entries: kind 1, version 4, length of the id 2, the id in UTF-8, and 32 bytes of key unless
 * the kind is {@link #FORGOTTEN}. The first record holds the hash key and nothing else.
 *
 * <p>Only the last record may be torn: the next is written when it is synced.
 */
@SuppressWarnings("ByteBufferBackingArray") // each buffer here is a whole array
final class KeysFileForm {
  static final int HEAD_BYTES = 64;
  static final int ALIGNMENT = 16;

  private static final long MAGIC = 0x4441_5942_4B4B_5331L; // DAYBKKS1
  private static final int RECORD_HEAD_BYTES = 12;
  private static final int MAX_BODY_BYTES = 1 << 20;

  /** So many entries to a record at most: each has less than 600 bytes. */
  static final int MAX_ENTRIES = 1_000;

  private static final byte HASH_KEY = 1;
  private static final byte SUBJECT_KEY = 2;
  private static final byte FORGOTTEN = 3;

  private final byte[] head;
  private final SecretKey key;

  private KeysFileForm(byte[] head, SecretKey key) {
    this.head = head;
    this.key = key;
  }

  /** What a file says, and where its last whole record ends. */
  record Contents(KeysFileForm form, KeyRing ring, long endBytes) {}

  /** A new file's form. */
  static KeysFileForm create(UUID storeId, long generation, MasterKey masterKey) {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    byte[] salt = SubjectKey.randomBytes(16);
    SecretKey master = secret(masterKey);
    head.putLong(MAGIC)
        .putLong(storeId.getMostSignificantBits())
        .putLong(storeId.getLeastSignificantBits())
        .putLong(generation)
        .put(salt)
        .putLong(idOf(master))
        .putInt(0);
    head.putInt(crc(head.array(), 0, HEAD_BYTES - 4));
    return new KeysFileForm(head.array(), fileKey(master, salt));
  }

  UUID storeId() {
    return new UUID(ByteBuffer.wrap(head).getLong(8), ByteBuffer.wrap(head).getLong(16));
  }

  long generation() {
    return ByteBuffer.wrap(head).getLong(24);
  }

  /** Throws if that is not the master key that the file is sealed with. */
  void requireSame(MasterKey masterKey, Path file) {
    requireSame(ByteBuffer.wrap(head).getLong(48), secret(masterKey), file);
  }

  /** A whole file. */
  byte[] encode(KeyRing ring) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(head);
    byte[] hashKey = ring.hashKey();
    out.writeBytes(record(out.size(), entry(HASH_KEY, 0, "", hashKey)));
    var body = new ByteArrayOutputStream();
    int entries = 0;
    for (byte[] entry : entries(ring)) {
      body.writeBytes(entry);
      entries++;
      if (entries >= MAX_ENTRIES) {
        out.writeBytes(record(out.size(), body.toByteArray()));
        body.reset();
        entries = 0;
      }
    }
    if (body.size() > 0) {
      out.writeBytes(record(out.size(), body.toByteArray()));
    }
    return out.toByteArray();
  }

  private static List<byte[]> entries(KeyRing ring) {
    var entries = new ArrayList<byte[]>();
    ring.subjects()
        .forEach((subject, keys) -> {
          if (keys.isEmpty()) {
            entries.add(entry(FORGOTTEN, 0, subject, new byte[0]));
          }
          for (SubjectKey one : keys) {
            entries.add(entry(SUBJECT_KEY, one.version(), one.subject(), one.bytes()));
          }
        });
    return entries;
  }

  /** A record with these keys, to be written at that offset. */
  byte[] encode(long offsetBytes, List<SubjectKey> keys) {
    var body = new ByteArrayOutputStream();
    for (SubjectKey one : keys) {
      body.writeBytes(entry(SUBJECT_KEY, one.version(), one.subject(), one.bytes()));
    }
    return record(offsetBytes, body.toByteArray());
  }

  private static byte[] entry(byte kind, int version, String subject, byte[] key) {
    byte[] name = subject.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(7 + name.length + key.length)
        .put(kind)
        .putInt(version)
        .putShort((short) name.length)
        .put(name)
        .put(key)
        .array();
  }

  private byte[] record(long offsetBytes, byte[] body) {
    byte[] sealed = SubjectKey.seal(key, body, context(offsetBytes));
    Arrays.fill(body, (byte) 0);
    int length = RECORD_HEAD_BYTES + sealed.length;
    ByteBuffer record = ByteBuffer.allocate((length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    record.putInt(sealed.length);
    record.putInt(crc(record.array(), 0, 4));
    record.putInt(crc(sealed, 0, sealed.length));
    return record.put(sealed).array();
  }

  private byte[] context(long offsetBytes) {
    return ByteBuffer.allocate(HEAD_BYTES + Long.BYTES).put(head).putLong(offsetBytes).array();
  }

  /** Reads a file whole. */
  static Contents decode(Path file, FileChannel channel, MasterKey masterKey) throws IOException {
    if (channel.size() > Integer.MAX_VALUE - 64) {
      throw damaged(file, 0, "it is larger than any file of keys");
    }
    ByteBuffer all = ByteBuffer.allocate((int) channel.size());
    while (all.hasRemaining() && channel.read(all, all.position()) >= 0) {
      // goes on until all is read
    }
    byte[] bytes = all.array();
    if (bytes.length < HEAD_BYTES
        || all.getLong(0) != MAGIC
        || all.getInt(HEAD_BYTES - 4) != crc(bytes, 0, HEAD_BYTES - 4)) {
      throw damaged(file, 0, "it does not begin as a file of subjects' keys does");
    }
    byte[] head = Arrays.copyOf(bytes, HEAD_BYTES);
    SecretKey master = secret(masterKey);
    requireSame(all.getLong(48), master, file);
    var form = new KeysFileForm(head, fileKey(master, Arrays.copyOfRange(head, 32, 48)));
    return form.records(file, all);
  }

  private Contents records(Path file, ByteBuffer all) {
    KeyRing ring = null;
    int at = HEAD_BYTES;
    while (at < all.capacity() && !isTorn(file, all, at)) {
      int length = all.getInt(at);
      int offset = at;
      byte[] body =
          SubjectKey.open(key, all.array(), at + RECORD_HEAD_BYTES, length, context(at))
              .orElseThrow(() -> damaged(file, offset, "a record is not what was sealed"));
      ByteBuffer entries = ByteBuffer.wrap(body);
      try {
        if (ring == null) {
          ring = new KeyRing(hashKey(entries));
        }
        while (entries.hasRemaining()) {
          addEntry(ring, entries);
        }
      } catch (RuntimeException e) {
        throw new SubjectKeysException(
            Reason.DAMAGED, damagedText(file, at, "a record holds something else"), e);
      }
      at += (RECORD_HEAD_BYTES + length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    if (ring == null) {
      throw damaged(file, HEAD_BYTES, "its first record is missing");
    }
    return new Contents(this, ring, at);
  }

  /** Whether the record there is the last one, and was not written whole. */
  private static boolean isTorn(Path file, ByteBuffer all, int at) {
    int left = all.capacity() - at;
    if (left < RECORD_HEAD_BYTES || isZero(all, at)) {
      return true;
    }
    int length = all.getInt(at);
    if (all.getInt(at + 4) != crc(all.array(), at, 4) || length < 0 || length > MAX_BODY_BYTES) {
      throw damaged(file, at, "a record does not begin as one does");
    }
    int padded = (RECORD_HEAD_BYTES + length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (padded > left) {
      return true;
    }
    if (all.getInt(at + 8) == crc(all.array(), at + RECORD_HEAD_BYTES, length)) {
      return false;
    }
    if (padded == left) {
      return true;
    }
    throw damaged(file, at, "a record's check does not fit");
  }

  private static boolean isZero(ByteBuffer all, int from) {
    for (int i = from; i < all.capacity(); i++) {
      if (all.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] hashKey(ByteBuffer entries) {
    if (entries.get() != HASH_KEY || entries.getInt() != 0 || entries.getShort() != 0) {
      throw new IllegalArgumentException("no hash key");
    }
    return keyBytes(entries);
  }

  private static void addEntry(KeyRing ring, ByteBuffer entries) {
    byte kind = entries.get();
    int version = entries.getInt();
    byte[] name = new byte[Short.toUnsignedInt(entries.getShort())];
    entries.get(name);
    String subject = new String(name, StandardCharsets.UTF_8);
    if (kind == FORGOTTEN) {
      ring.forget(subject);
    } else if (kind != SUBJECT_KEY
        || !ring.add(new SubjectKey(subject, version, keyBytes(entries)))) {
      throw new IllegalArgumentException("kind " + kind + ", version " + version);
    }
  }

  private static byte[] keyBytes(ByteBuffer entries) {
    byte[] bytes = new byte[SubjectKey.KEY_BYTES];
    entries.get(bytes);
    return bytes;
  }

  private static SecretKey secret(MasterKey masterKey) {
    byte[] bytes = masterKey.key();
    if (bytes.length != SubjectKey.KEY_BYTES) {
      throw new SubjectKeysException(
          Reason.MASTER_KEY,
          "a master key has " + SubjectKey.KEY_BYTES + " bytes, and this has " + bytes.length);
    }
    var secret = new SecretKeySpec(bytes, "HmacSHA256");
    Arrays.fill(bytes, (byte) 0);
    return secret;
  }

  private static void requireSame(long id, SecretKey master, Path file) {
    if (id != idOf(master)) {
      throw new SubjectKeysException(
          Reason.MASTER_KEY,
          "the keys in "
              + file
              + " are sealed with another master key, with the id "
              + Long.toHexString(id)
              + "; this one has the id "
              + Long.toHexString(idOf(master)));
    }
  }

  private static long idOf(SecretKey master) {
    byte[] label = "daybook subject keys: id".getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.wrap(KeyRing.hmac(master, label, new byte[0])).getLong();
  }

  private static SecretKey fileKey(SecretKey master, byte[] salt) {
    byte[] label = "daybook subject keys: file".getBytes(StandardCharsets.US_ASCII);
    return new SecretKeySpec(KeyRing.hmac(master, label, salt), "AES");
  }

  private static int crc(byte[] bytes, int offset, int length) {
    var crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static SubjectKeysException damaged(Path file, long offset, String what) {
    return new SubjectKeysException(Reason.DAMAGED, damagedText(file, offset, what));
  }

  private static String damagedText(Path file, long offset, String what) {
    return file
        + " is damaged at offset "
        + offset
        + ": "
        + what
        + "; put the latest backup of the keys in its place";
  }
}
