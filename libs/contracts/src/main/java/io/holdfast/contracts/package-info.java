/** What the services say to each other: events, topics, ids and typed failures. Framework-free. */
@NullMarked
package io.holdfast.contracts;

import org.jspecify.annotations.NullMarked;
