package io.holdfast.cli.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A kind of database. The SQL holds no random function, so the same scale makes the same rows on every machine.
 *
 * <p>At scale 1 each is about 1 GB as text.
 */
public enum BenchmarkProfile {
    /** A narrow table, a wide one with JSON, and 100 small ones. */
    MIXED {
        @Override
        List<String> statements(double scale) {
            List<String> all = new ArrayList<>();
            all.add("""
                CREATE TABLE reading AS
                  SELECT i AS id, (i::bigint * 7919) %% 10007 AS sensor, round((sin(i * 0.013) * 50 + i %% 97)::numeric, 3) AS value,
                         timestamptz '2026-01-01 00:00:00Z' + i * interval '1.7 seconds' AS at, i %% 13 = 0 AS alarm
                  FROM generate_series(1, %d) i;
                ALTER TABLE reading ADD PRIMARY KEY (id);
                CREATE INDEX ON reading (sensor, at)""".formatted(rows(6_000_000, scale)));
            all.add("""
                CREATE TABLE ticket AS
                  SELECT i AS id, md5(i::text)::uuid AS key, 'customer-' || (i::bigint * 31) %% 50000 AS customer,
                         (ARRAY['open','pending','solved','closed'])[1 + i %% 4] AS status,
                         jsonb_build_object('browser', (ARRAY['Firefox','Chrome','Safari'])[1 + i %% 3], 'locale',
                           (ARRAY['de-CH','fr-CH','en-GB'])[1 + i %% 3], 'session', md5((i / 7)::text), 'retries', i %% 5,
                           'tags', jsonb_build_array('billing', 'level-' || i %% 9, md5((i %% 1000)::text))) AS context,
                         'Ticket ' || i || ': ' || repeat(md5((i %% 5000)::text) || ' the printer of floor ' || i %% 40
                           || ' prints nothing; ', 1 + (i %% 5)::int) AS body,
                         timestamptz '2026-01-01 00:00:00Z' + i * interval '17 seconds' AS created_at
                  FROM generate_series(1, %d) i;
                ALTER TABLE ticket ADD PRIMARY KEY (id);
                CREATE INDEX ON ticket (customer)""".formatted(rows(700_000, scale)));
            for (int i = 0; i < 100; i++) {
                all.add(small("small_%03d".formatted(i), i, rows(10_000, scale)));
            }
            return all;
        }
    },

    /** Four tables of a few numbers per row, with millions of rows: the cost of a row decides. */
    NARROW {
        @Override
        List<String> statements(double scale) {
            List<String> all = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                all.add("""
                    CREATE TABLE counter_%1$d AS
                      SELECT i AS id, ((i::bigint * 7919 * %1$d) %% 1000003)::int AS device, (i %% 7)::smallint AS kind,
                             date '2020-01-01' + (i / 5000)::int AS day
                      FROM generate_series(1, %2$d) i;
                    ALTER TABLE counter_%1$d ADD PRIMARY KEY (id)""".formatted(i, rows(9_000_000, scale)));
            }
            return all;
        }
    },

    /** One table of documents with a GIN index. */
    JSON {
        @Override
        List<String> statements(double scale) {
            return List.of("""
                CREATE TABLE document AS
                  SELECT i AS id, jsonb_build_object(
                           'type', (ARRAY['order','invoice','return','note'])[1 + i %% 4], 'number', 'N-' || i,
                           'customer', jsonb_build_object('id', (i::bigint * 31) %% 90000, 'name', 'customer ' || (i::bigint * 31) %% 90000,
                             'mail', 'c' || (i::bigint * 31) %% 90000 || '@example.com'),
                           'lines', (SELECT jsonb_agg(jsonb_build_object('sku', substr(md5(((i * 7 + k) %% 20000)::text), 1, 10),
                               'quantity', 1 + (i + k) %% 9, 'price', round((((i + k) %% 5000) / 100.0)::numeric, 2),
                               'text', 'part ' || k || ' of shelf ' || (i + k) %% 300))
                             FROM generate_series(1, 3 + i %% 4) k),
                           'paid', i %% 3 = 0, 'at', timestamptz '2026-01-01 00:00:00Z' + i * interval '13 seconds') AS body
                  FROM generate_series(1, %d) i;
                ALTER TABLE document ADD PRIMARY KEY (id);
                CREATE INDEX ON document USING gin (body jsonb_path_ops)""".formatted(rows(1_500_000, scale)));
        }
    },

    /** One table of 60 columns of seven types. */
    WIDE {
        @Override
        List<String> statements(double scale) {
            List<String> columns = new ArrayList<>(List.of("i AS id"));
            for (int column = 1; column < 60; column++) {
                columns.add(wideColumn(column));
            }
            return List.of("CREATE TABLE measurement AS SELECT " + String.join(", ", columns)
                    + " FROM generate_series(1, " + rows(1_600_000, scale) + ") i;"
                    + " ALTER TABLE measurement ADD PRIMARY KEY (id); CREATE INDEX ON measurement (c3, c6)");
        }
    },

    /** Binary values of 20 kB to 1.3 MB, half of whose bytes repeat. */
    BLOBS {
        @Override
        List<String> statements(double scale) {
            // a block is 20,480 bytes: 160 hashes, each twice
            return List.of("""
                CREATE TABLE attachment (id bigint, name text, content bytea);
                ALTER TABLE attachment ALTER content SET STORAGE EXTERNAL;
                INSERT INTO attachment
                  SELECT i, 'scan-' || i || '.tiff',
                         (SELECT string_agg(sha512(convert_to(i || '/' || k, 'UTF8')) || sha512(convert_to(i || '/' || k, 'UTF8')), '')
                          FROM generate_series(1, 160 * (1 + (i * i) %% 64)) k)
                  FROM generate_series(1, %d) i;
                ALTER TABLE attachment ADD PRIMARY KEY (id)""".formatted(rows(750, scale)));
        }
    },

    /** 3,000 tables in 10 schemas. */
    MANY_TABLES {
        @Override
        List<String> statements(double scale) {
            List<String> all = new ArrayList<>();
            for (int schema = 0; schema < 10; schema++) {
                all.add("CREATE SCHEMA tenant_" + schema);
                for (int table = 0; table < 300; table++) {
                    all.add(small("tenant_%d.t%03d".formatted(schema, table), table, rows(5_500, scale)));
                }
            }
            return all;
        }
    },

    /** Random keys, hashes and ciphertexts: no compressor gains more than the text form of bytes wastes. */
    INCOMPRESSIBLE {
        @Override
        List<String> statements(double scale) {
            return List.of("""
                CREATE TABLE token AS
                  SELECT md5(i::text)::uuid AS id, sha512(convert_to('a' || i, 'UTF8')) || sha512(convert_to('b' || i, 'UTF8')) AS secret,
                         (('x' || substr(md5('c' || i), 1, 13))::bit(52)::bigint) / 4503599627370496.0::float8 AS score
                  FROM generate_series(1, %d) i;
                ALTER TABLE token ADD PRIMARY KEY (id)""".formatted(rows(3_300_000, scale)));
        }
    };

    /** The SQL that makes and fills its tables, in an empty database of encoding UTF8. */
    abstract List<String> statements(double scale);

    /** Its name on the command line, such as {@code many-tables}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The profile with this {@link #label}. */
    public static Optional<BenchmarkProfile> named(String label) {
        return Arrays.stream(values())
                .filter(profile -> profile.label().equals(label))
                .findFirst();
    }

    /** All labels, separated by commas. */
    public static String labels() {
        return Arrays.stream(values()).map(BenchmarkProfile::label).collect(Collectors.joining(", "));
    }

    static long rows(long atScaleOne, double scale) {
        return Math.max(1, Math.round(atScaleOne * scale));
    }

    private static String small(String table, int number, long rows) {
        return """
            CREATE TABLE %1$s AS
              SELECT i AS id, md5((i::bigint * %2$d)::text) AS code, 'entry ' || i || ' of table %3$d' AS label, i * 0.25 AS amount
              FROM generate_series(1, %4$d) i;
            ALTER TABLE %1$s ADD PRIMARY KEY (id)""".formatted(table, number + 1, number, rows);
    }

    private static String wideColumn(int number) {
        String value = switch (number % 7) {
            case 0 -> "(i %% 1000 = %d)";
            case 1 -> "((i::bigint * 7919 * %d) %% 100003)::int";
            case 2 -> "round((sin(i * 0.0%d) * 500)::numeric, 2)";
            case 3 -> "'state-' || (i + %d) %% 40";
            case 4 -> "CASE WHEN (i + %d) %% 5 > 0 THEN NULL ELSE 'remark ' || i END";
            case 5 -> "(i / %d.0)::float8";
            default -> "timestamptz '2026-01-01 00:00:00Z' + i * interval '%d seconds'";
        };
        return value.formatted(number) + " AS c" + number;
    }
}
