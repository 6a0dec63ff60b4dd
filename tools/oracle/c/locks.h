/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks. There is one thread: they only tell the trace that they were taken and released.
 */
#ifndef ORACLE_LOCKS_H
#define ORACLE_LOCKS_H

#include "list.h"

/*
 * @word: what a trace calls it; NULL for one that it is silent about
 * @by_other: held by another thread
 */
struct mutex {
	const char *word;
	bool held, by_other;
};

struct rw_semaphore {
	const char *word;
	bool held;
};

/* @name: the expression by which the driver calls its lock */
void oracle_mutex_init(struct mutex *lock, const char *name);
#define mutex_init(lock)	oracle_mutex_init(lock, #lock)
#define DEFINE_MUTEX(name)	struct mutex name = { #name }
void mutex_lock(struct mutex *lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
void mutex_lock_as_other(struct mutex *lock);
/* False if somebody has taken it away. */
bool mutex_unlock_as_other(struct mutex *lock);
static inline int mutex_lock_interruptible(struct mutex *lock)
{
	mutex_lock(lock);
	return 0;
}
void down_read(struct rw_semaphore *lock);
void up_read(struct rw_semaphore *lock);
void down_write(struct rw_semaphore *lock);
void up_write(struct rw_semaphore *lock);

#define mutex_is_locked(lock)		((lock)->held)
#define lockdep_assert_held(lock)	do { (void)(lock); } while (0)
#define lockdep_assert_held_write	lockdep_assert_held

typedef struct { int unused; } spinlock_t;
#define DEFINE_SPINLOCK(name)		spinlock_t name
#define spin_lock_init(lock)		do { (void)(lock); } while (0)
#define spin_lock			spin_lock_init
#define spin_unlock			spin_lock_init
#define spin_lock_bh			spin_lock_init
#define spin_unlock_bh			spin_lock_init

struct completion {
	int done;
};

struct timer_list {
	void (*function)(struct timer_list *timer);
};

/* Work waits until it is flushed, or until the operation is over. */
struct work_struct {
	void (*func)(struct work_struct *work);
	struct work_struct *next;
	bool pending;
};

struct workqueue_struct;
#define system_long_wq		((struct workqueue_struct *)NULL)
#define system_wq		system_long_wq
#define INIT_WORK(work, fn)	(*(work) = (struct work_struct){ .func = (fn) })
bool queue_work(struct workqueue_struct *queue, struct work_struct *work);
bool flush_work(struct work_struct *work);

#endif
