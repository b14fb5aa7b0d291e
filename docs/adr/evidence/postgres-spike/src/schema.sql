-- One store. Names compare byte for byte whatever the database's locale is: COLLATE "C".

CREATE TABLE head (
  store_id uuid NOT NULL,
  epoch bigint NOT NULL,
  next_position bigint NOT NULL,
  recorded_us bigint NOT NULL
);

-- frame: the first position of the append that the event belongs to
-- recorded_us: microseconds since 1970
CREATE TABLE events (
  position bigint PRIMARY KEY,
  frame bigint NOT NULL,
  stream text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  category text COLLATE "C",
  type text COLLATE "C" NOT NULL,
  tags text[] COLLATE "C" NOT NULL,
  id uuid NOT NULL UNIQUE,
  recorded_us bigint NOT NULL,
  data bytea NOT NULL,
  data_type text NOT NULL,
  metadata bytea NOT NULL,
  metadata_type text NOT NULL,
  UNIQUE (stream, revision)
);
CREATE INDEX events_category ON events (category, position);
CREATE INDEX events_type ON events (type, position);
CREATE INDEX events_tags ON events USING gin (tags);
CREATE INDEX events_recorded ON events (recorded_us, position);

-- What the system event at position "since" made of a stream. A read uses the last one up to the head that it saw, so
-- that it is not disturbed by later ones.
CREATE TABLE stream_states (
  stream text COLLATE "C" NOT NULL,
  since bigint NOT NULL,
  max_count bigint,
  max_age_ms bigint,
  truncate_before bigint,
  deleted_before bigint,
  tombstoned boolean NOT NULL,
  PRIMARY KEY (stream, since)
);
