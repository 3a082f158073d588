package io.holdfast.e2e;

import java.util.Locale;

/** A damage of a {@link RunbookSource} after the instant to which the source is restored. */
enum RunbookScenario {
    BAD_MIGRATION(
            true,
            "ALTER TABLE orders DROP COLUMN customer; UPDATE orders SET cents = cents / 100;"
                    + " INSERT INTO orders (id, cents) SELECT max(id) + 1, 7 FROM orders"),

    /** An UPDATE without WHERE. */
    DATA_CORRUPTION(true, "UPDATE prices SET cents = 0"),

    POINT_IN_TIME(
            false,
            "DELETE FROM orders WHERE id % 3 = 0;"
                    + " INSERT INTO orders SELECT max(id) + 1, 'placed later', 7 FROM orders");

    /** True if the health probe of the application fails until the restore. */
    final boolean breaksApplication;

    /** Statements of one transaction. */
    final String script;

    RunbookScenario(boolean breaksApplication, String script) {
        this.breaksApplication = breaksApplication;
        this.script = script;
    }

    /** The reason that the command line states. */
    String why() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
