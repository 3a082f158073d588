/** Addresses of databases and passwords for connections. */
@NullMarked
package io.holdfast.engine.connect;

import org.jspecify.annotations.NullMarked;
