/** Earlier states of databases for the stand-ins of providers. */
@NullMarked
package io.holdfast.devstack.history;

import org.jspecify.annotations.NullMarked;
