package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SchemaTextTest {
    @Test
    void theNumberThatAServerGivesAColumnIsNoDifference() {
        String plain = table("ALTER TABLE ONLY public.t ALTER COLUMN b SET (n_distinct=5);\n");
        String numbered = table("""
                ALTER TABLE ONLY public.t ALTER COLUMN a SET (pg_attver=22162424);
                ALTER TABLE ONLY public.t ALTER COLUMN b SET (n_distinct=5, pg_attver=22162424);
                """);
        String first = table("ALTER TABLE ONLY public.t ALTER COLUMN b SET (pg_attver=7, n_distinct=5);\n");

        assertThat(SchemaText.objects(numbered))
                .isEqualTo(SchemaText.objects(plain))
                .hasSize(1);
        assertThat(SchemaText.objects(first)).isEqualTo(SchemaText.objects(plain));
    }

    @Test
    void anotherOptionOfAColumnIsADifference() {
        String five = table("ALTER TABLE ONLY public.t ALTER COLUMN b SET (n_distinct=5, pg_attver=1);\n");
        String six = table("ALTER TABLE ONLY public.t ALTER COLUMN b SET (n_distinct=6, pg_attver=1);\n");

        assertThat(SchemaText.objects(five)).isNotEqualTo(SchemaText.objects(six));
    }

    private static String table(String options) {
        return "--\n-- Name: t; Type: TABLE; Schema: public; Owner: me\n--\n\nCREATE TABLE public.t (\n    a integer,\n    b text\n);\n"
                + options + "\n\n";
    }
}
