package io.holdfast.engine.postgres.dump;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaDumpParserTest {
    @Test
    void theNumberThatAServerGivesAColumnIsNoDifference() {
        String plain = table("ALTER TABLE ONLY public.t ALTER COLUMN b SET (n_distinct=5);\n");
        String numbered = table("""
                ALTER TABLE ONLY public.t ALTER COLUMN a SET (pg_attver=22162424);
                ALTER TABLE ONLY public.t ALTER COLUMN b SET (n_distinct=5, pg_attver=22162424);
                """);
        String first = table("ALTER TABLE ONLY public.t ALTER COLUMN b SET (pg_attver=7, n_distinct=5);\n");

        assertThat(settled(numbered)).isEqualTo(settled(plain));
        assertThat(settled(first)).isEqualTo(settled(plain));
    }

    @Test
    void anotherOptionOfAColumnIsADifference() {
        String five = table("ALTER TABLE ONLY public.t ALTER COLUMN b SET (n_distinct=5, pg_attver=1);\n");
        String six = table("ALTER TABLE ONLY public.t ALTER COLUMN b SET (n_distinct=6, pg_attver=1);\n");

        assertThat(settled(five)).isNotEqualTo(settled(six));
    }

    /** It may be in a name, or in what an index is by. */
    @Test
    void onlyWhatStandsBeforeTheDefinitionsIsNoSettingOfServersBefore17() {
        String set = "SET transaction_timeout = 0;\n";
        String body = "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n" + set + "END $$;\n";
        String before = "--\n-- PostgreSQL database dump\n--\n\n\\restrict x\n\nSET lock_timeout = 0;\n";
        String after = "SET client_encoding = 'UTF8';\n\n";

        assertThat(SchemaDumpParser.before17(before + set + after + body)).isEqualTo(before + after + body);
        assertThat(SchemaDumpParser.before17(before + after + body)).isEqualTo(before + after + body);
    }

    @Test
    void aCarriageReturnIsNoEndOfALine() {
        String both = table("CREATE INDEX i ON public.t (btrim(b, ' \r\n'));\n");
        String one = table("CREATE INDEX i ON public.t (btrim(b, ' \n'));\n");

        assertThat(settled(both)).contains("btrim(b, ' \r\n')").isNotEqualTo(settled(one));
    }

    /** Somebody keeps a dump in a function, or explains one in a comment. */
    @Test
    void whatAFunctionOrACommentQuotesIsNoEntry() {
        String quoted = "\n" + table("");
        String function = function("CREATE FUNCTION public.f(a$1 text) RETURNS text\n    AS $_$select $1 || $$" + quoted
                + "$$$_$;\n\nCOMMENT ON FUNCTION public.f IS 'it''s" + quoted + "';\n");
        String named = table("-- it's no literal\nALTER TABLE public.t RENAME a TO \"it's $$" + quoted + "\";\n");

        assertThat(SchemaDumpParser.entries(function + named + table("")))
                .extracting(SchemaDumpParser.Entry::type)
                .containsExactly("FUNCTION", "TABLE", "TABLE");
    }

    private static String function(String body) {
        return "--\n-- TOC entry 3 (class 1255 OID 1)\n-- Name: it's $f$; Type: FUNCTION; Schema: public; Owner: me\n--\n\n"
                + body + "\n\n";
    }

    private static String settled(String text) {
        List<SchemaDumpParser.Entry> entries = SchemaDumpParser.entries(text);
        assertThat(entries).hasSize(1);
        return SchemaComparator.settled(entries.getFirst().body());
    }

    private static String table(String options) {
        return "--\n-- TOC entry 7 (class 1259 OID 16384)\n-- Name: t; Type: TABLE; Schema: public; Owner: me\n--\n\nCREATE TABLE public.t (\n    a integer,\n    b text\n);\n"
                + options + "\n\n";
    }
}
