BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE charts (
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	file_id VARCHAR(32) NOT NULL, 
	shown TEXT NOT NULL, 
	made_at FLOAT NOT NULL, 
	PRIMARY KEY (team_id)
);
CREATE TABLE feedback (
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	message_ts VARCHAR(32) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	said VARCHAR(32) NOT NULL, 
	articles TEXT NOT NULL, 
	said_at FLOAT NOT NULL, 
	PRIMARY KEY (team_id, message_ts, user_id)
);
CREATE TABLE heard (
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	channel_id VARCHAR(32) NOT NULL, 
	ts VARCHAR(32) NOT NULL, 
	PRIMARY KEY (team_id, channel_id)
);
INSERT INTO "heard" VALUES('T0TEAPOT000','','C0SUPPORT00','1782900000.000100');
CREATE TABLE inbox (
	id INTEGER NOT NULL, 
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	body TEXT NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	attempts INTEGER NOT NULL, 
	received_at FLOAT NOT NULL, 
	due_at FLOAT NOT NULL, 
	done_at FLOAT, 
	error TEXT NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT inbox_once UNIQUE (team_id, "key")
);
INSERT INTO "inbox" VALUES(1,'T0TEAPOT000','','message/C0SUPPORT00/1782900000.000100','event','{"type": "event_callback", "team_id": "T0TEAPOT000", "event_id": "Evmessage/C0SUPPORT00/1782900000.000100", "event": {"type": "message", "channel": "C0SUPPORT00", "user": "U0AMY000000", "text": "password: Summer2024!x", "ts": "1782900000.000100"}}','done',1,1.79604385246204471589e+09,1.79604388248568797113e+09,1.79604385250041294103e+09,'');
INSERT INTO "inbox" VALUES(2,'T0TEAPOT000','','message/C0SUPPORT00/1782900000.000100/0/then/1','interaction','{"container": {"message_ts": "1782900001.000200"}, "type": "block_actions"}','done',1,1.79604385252986860277e+09,1.79604388253346300124e+09,1.79604385254348063467e+09,'');
INSERT INTO "inbox" VALUES(3,'T0TEAPOT000','','message/C0SUPPORT00/1782900010.000100','event','{"type": "event_callback", "team_id": "T0TEAPOT000", "event_id": "Evmessage/C0SUPPORT00/1782900010.000100", "event": {"type": "message", "channel": "C0SUPPORT00", "user": "U0AMY000000", "text": "dead words", "ts": "1782900000.000100"}}','dead',1,1.79604385257951378821e+09,1.79604388258324646951e+09,1.79604385258749556543e+09,'KeyError: 1');
INSERT INTO "inbox" VALUES(4,'T0TEAPOT000','','command/1','command','{"type": "event_callback", "team_id": "T0TEAPOT000", "event_id": "Evcommand/1", "event": {"type": "message", "channel": "C0SUPPORT00", "user": "U0AMY000000", "text": "/event", "ts": "1782900000.000100"}}','done',0,1.79604385259083366389e+09,1.79604385259083509443e+09,1.79604385259083533282e+09,'');
INSERT INTO "inbox" VALUES(5,'T0TEAPOT000','','command/2','command','{"type": "event_callback", "team_id": "T0TEAPOT000", "event_id": "Evcommand/2", "event": {"type": "message", "channel": "C0SUPPORT00", "user": "U0AMY000000", "text": "/event", "ts": "1782900000.000100"}}','done',0,1.79604385261174845692e+09,1796043852.61175,1.79604385261175060264e+09,'');
INSERT INTO "inbox" VALUES(6,'T0TEAPOT000','','message/C0SUPPORT00/1782900020.000100','event','{"type": "event_callback", "team_id": "T0TEAPOT000", "event_id": "Evmessage/C0SUPPORT00/1782900020.000100", "event": {"type": "message", "channel": "C0SUPPORT00", "user": "U0AMY000000", "text": "20502 claimed", "ts": "1782900000.000100"}}','open',1,1.79604385262778186794e+09,1.79604388263168883322e+09,NULL,'');
INSERT INTO "inbox" VALUES(7,'T0TEAPOT000','','message/C0SUPPORT00/1782900021.000100','event','{"type": "event_callback", "team_id": "T0TEAPOT000", "event_id": "Evmessage/C0SUPPORT00/1782900021.000100", "event": {"type": "message", "channel": "C0SUPPORT00", "user": "U0AMY000000", "text": "20502 waiting", "ts": "1782900000.000100"}}','open',0,1.79604385263561081888e+09,1.79604385263561177254e+09,NULL,'');
INSERT INTO "inbox" VALUES(8,'T0TEAPOT000','','command/3','command','{"type": "event_callback", "team_id": "T0TEAPOT000", "event_id": "Evcommand/3", "event": {"type": "message", "channel": "C0SUPPORT00", "user": "U0AMY000000", "text": "/event", "ts": "1782900000.000100"}}','done',0,1.79604385263980102544e+09,1.79604385263980269437e+09,1.7960438526398034096e+09,'');
INSERT INTO "inbox" VALUES(9,'T0TEAPOT000','','command/4','command','{"type": "event_callback", "team_id": "T0TEAPOT000", "event_id": "Evcommand/4", "event": {"type": "message", "channel": "C0SUPPORT00", "user": "U0AMY000000", "text": "/event", "ts": "1782900000.000100"}}','done',0,1.7960438526478319168e+09,1.79604385264783406256e+09,1.79604385264783477779e+09,'');
CREATE TABLE incidents (
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	channel_id VARCHAR(32) NOT NULL, 
	thread_ts VARCHAR(32) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	priority INTEGER NOT NULL, 
	owner VARCHAR(32) NOT NULL, 
	opened_at FLOAT NOT NULL, 
	changed_at FLOAT NOT NULL, 
	resolved_at FLOAT NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	record TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	card_due_at FLOAT, 
	card_at FLOAT NOT NULL, 
	card_ts VARCHAR(32) NOT NULL, 
	PRIMARY KEY (team_id, number), 
	CONSTRAINT incidents_thread UNIQUE (team_id, channel_id, thread_ts)
);
INSERT INTO "incidents" VALUES('T0TEAPOT000','',1,'C0SUPPORT00','1782900000.000100','triage',3,'',1782900002.0,1.79604385255602383613e+09,0.0,'en','{"number":1,"team_id":"T0TEAPOT000","channel_id":"C0SUPPORT00","thread_ts":"1782900000.000100","opened_by":"U0AMY000000","opened_at":1782900002.0,"status":"triage","impact":"medium","urgency":"medium","owner":"","service":"","link":"","cause":"","fix":"","resolved_at":0.0,"evidence":{},"read_at":{},"files":{},"marks":{},"timeline":[{"kind":"opened","user_id":"U0AMY000000","at":1782900002.0,"about":"","values":[]}]}',0,1.79604385455602526665e+09,0.0,'');
CREATE TABLE installations (
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	bot_token TEXT NOT NULL, 
	bot_user_id VARCHAR(32) NOT NULL, 
	bot_id VARCHAR(32) NOT NULL, 
	scopes TEXT NOT NULL, 
	installed_at FLOAT NOT NULL, 
	PRIMARY KEY (enterprise_id, team_id)
);
INSERT INTO "installations" VALUES('T0TEAPOT000','','xoxb-teapot','U0BOT000000','B0BOT000000','',1.79604385244112253186e+09);
CREATE TABLE lanes (
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	channel_id VARCHAR(32) NOT NULL, 
	free_at FLOAT NOT NULL, 
	taken BOOLEAN NOT NULL, 
	PRIMARY KEY (team_id, channel_id)
);
INSERT INTO "lanes" VALUES('T0TEAPOT000','','C0SUPPORT00',1.79604388264385843275e+09,1);
INSERT INTO "lanes" VALUES('T0TEAPOT000','','C0RANDOM000',1.79604385262354683877e+09,0);
CREATE TABLE manners (
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	channel_id VARCHAR(32) NOT NULL, 
	thread_ts VARCHAR(32) NOT NULL, 
	speak VARCHAR(16) NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	privately BOOLEAN NOT NULL, 
	owner VARCHAR(32) NOT NULL, 
	set_by VARCHAR(32) NOT NULL, 
	set_at FLOAT NOT NULL, 
	PRIMARY KEY (team_id, channel_id, thread_ts)
);
CREATE TABLE notes (
	id INTEGER NOT NULL, 
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	article_id VARCHAR(64) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	words TEXT NOT NULL, 
	incident INTEGER NOT NULL, 
	noted_at FLOAT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE numbers (
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	last INTEGER NOT NULL, 
	PRIMARY KEY (team_id)
);
INSERT INTO "numbers" VALUES('T0TEAPOT000','',1);
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	channel_id VARCHAR(32) NOT NULL, 
	thread_ts VARCHAR(32) NOT NULL, 
	method VARCHAR(64) NOT NULL, 
	arguments TEXT NOT NULL, 
	otherwise TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	attempts INTEGER NOT NULL, 
	created_at FLOAT NOT NULL, 
	first_tried_at FLOAT, 
	done_at FLOAT, 
	ts VARCHAR(32) NOT NULL, 
	error TEXT NOT NULL, follow_up TEXT, 
	PRIMARY KEY (id), 
	CONSTRAINT outbox_once UNIQUE (team_id, "key")
);
INSERT INTO "outbox" VALUES(1,'T0TEAPOT000','','message/C0SUPPORT00/1782900000.000100/0','C0SUPPORT00','1782900000.000100','chat.postMessage','{"channel": "C0SUPPORT00", "text": "about message/C0SUPPORT00/1782900000.000100/0", "thread_ts": "1782900000.000100"}','','done',1,1.79604385250142550463e+09,1.79604385252045893671e+09,1.79604385252861666684e+09,'1782900001.000200','','{"container": {}, "type": "block_actions"}');
INSERT INTO "outbox" VALUES(2,'T0TEAPOT000','','card/1/0','C0SUPPORT00','1782900000.000100','chat.postMessage','{"channel": "C0SUPPORT00", "text": "about card/1/0", "thread_ts": "1782900000.000100"}','','done',1,1.79604385255963444707e+09,1.79604385256560540196e+09,1.79604385257559394841e+09,'1782900003.000300','',NULL);
INSERT INTO "outbox" VALUES(3,'T0TEAPOT000','','ambiguous','C0RANDOM000','1782900000.000100','chat.postMessage','{"channel": "C0RANDOM000", "text": "about ambiguous", "thread_ts": "1782900000.000100"}','','ambiguous',1,1.79604385259104132647e+09,1.79604385260111093524e+09,1.7960438526083507538e+09,'','an earlier attempt may have been shown',NULL);
INSERT INTO "outbox" VALUES(4,'T0TEAPOT000','','dead','C0RANDOM000','1782900000.000100','chat.postMessage','{"channel": "C0RANDOM000", "text": "about dead", "thread_ts": "1782900000.000100"}','','dead',1,1.7960438526119446754e+09,1.79604385262037539484e+09,1.79604385262341976169e+09,'','is_archived',NULL);
INSERT INTO "outbox" VALUES(5,'T0TEAPOT000','','sending','C0SUPPORT00','1782900000.000100','chat.postMessage','{"channel": "C0SUPPORT00", "text": "about sending", "thread_ts": "1782900000.000100"}','','sending',1,1.79604385264003419873e+09,1.79604385264413690562e+09,NULL,'','',NULL);
INSERT INTO "outbox" VALUES(6,'T0TEAPOT000','','behind','C0SUPPORT00','1782900000.000100','chat.postMessage','{"channel": "C0SUPPORT00", "text": "about behind", "thread_ts": "1782900000.000100"}','','open',0,1.796043852640152216e+09,NULL,NULL,'','',NULL);
INSERT INTO "outbox" VALUES(7,'T0TEAPOT000','','card/1/1','C0SUPPORT00','1782900000.000100','chat.postMessage','{"channel": "C0SUPPORT00", "text": "about card/1/1", "thread_ts": "1782900000.000100"}','["chat.postMessage", {"channel": "C0SUPPORT00", "text": "again"}]','open',0,1.79604385264022874827e+09,NULL,NULL,'','',NULL);
INSERT INTO "outbox" VALUES(8,'T0TEAPOT000','','elsewhere','C0OTHER0000','1782900000.000100','chat.postMessage','{"channel": "C0OTHER0000", "text": "about elsewhere", "thread_ts": "1782900000.000100"}','','open',0,1.79604385264806962014e+09,NULL,NULL,'','',NULL);
CREATE TABLE searched (
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	opened_at FLOAT NOT NULL, 
	seen TEXT NOT NULL, 
	words TEXT NOT NULL, 
	PRIMARY KEY (team_id, number)
);
INSERT INTO "searched" VALUES('T0TEAPOT000','',1,1782900002.0,'','  ');
CREATE TABLE unanswered (
	team_id VARCHAR(32) NOT NULL, 
	enterprise_id VARCHAR(32) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	question TEXT NOT NULL, 
	decision VARCHAR(16) NOT NULL, 
	times INTEGER NOT NULL, 
	last_at FLOAT NOT NULL, 
	PRIMARY KEY (team_id, digest)
);
CREATE INDEX inbox_state ON inbox (state, team_id, id);
CREATE INDEX outbox_lane ON outbox (state, team_id, channel_id, id);
CREATE INDEX incidents_card ON incidents (card_due_at);
CREATE INDEX incidents_status ON incidents (team_id, status, changed_at);
CREATE INDEX searched_opened ON searched (team_id, opened_at);
CREATE INDEX notes_article ON notes (team_id, article_id);
CREATE INDEX inbox_done ON inbox (state, done_at);
CREATE INDEX outbox_done ON outbox (state, done_at);
COMMIT;
