/** Who may do what: principals, their roles, and the permissions that operations need. Framework-free. */
@NullMarked
package io.holdfast.access;

import org.jspecify.annotations.NullMarked;
