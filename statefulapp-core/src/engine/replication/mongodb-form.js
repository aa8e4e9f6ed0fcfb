// Brings the replica set to its declared members, one step at a time. Every step looks first, so that the Job may fail and
// start again at any point, and may run again when all is done.
const hosts = process.env.MEMBERS.split(' ');
const set = process.env.REPLICA_SET;
const user = process.env.MONGO_INITDB_ROOT_USERNAME || 'root';
const password = process.env.MONGO_INITDB_ROOT_PASSWORD || '';

// More members than these hold copies without a vote.
const VOTERS = 7;
const PAUSE = 2000;

class Hopeless extends Error {}

let last = '';
const say = (text) => {
  if (text !== last) print(`replica set ${set}: ${text}`);
  last = text;
};

// One member itself, whatever set it is part of.
const open = (host) => new Mongo(`mongodb://${host}/?directConnection=true&serverSelectionTimeoutMS=5000`).getDB('admin');

const login = (host) => {
  const admin = open(host);
  if (password) {
    try {
      admin.auth(user, password);
    } catch (error) {
      // The database keeps the password of its first start.
      if (error.code === 18) throw new Hopeless(`${host} does not take the password of ${user}`);
      throw error;
    }
  }
  return admin;
};

// What a member says of itself; nothing if it does not answer. Nobody has to log in for that.
const look = (host) => {
  try {
    const hello = open(host).runCommand({ hello: 1 });
    return { host, set: hello.setName, primary: hello.isWritablePrimary ? hello.me || host : hello.primary };
  } catch (error) {
    return { host, away: true };
  }
};

const pattern = (host) => {
  const [, pod, domain] = host.match(/^([^.]*)-\d+(\..*)$/) || [];
  return `${pod} ${domain}`;
};

const initiate = (host) => {
  say(`initiating with ${host}`);
  // Alone: a set is not initiated with several members of which one has data, and this one has the administrator.
  login(host).runCommand({ replSetInitiate: { _id: set, members: [{ _id: 0, host }] } });
};

const seat = (host) => (hosts.indexOf(host) < VOTERS ? { votes: 1, priority: 1 } : { votes: 0, priority: 0 });

// Takes one step towards the declared members; whether nothing is left to do.
const step = (seen, primary) => {
  const admin = login(primary);
  const { config } = admin.runCommand({ replSetGetConfig: 1 });
  const change = (members, what) => {
    say(what);
    admin.runCommand({ replSetReconfig: { ...config, members, version: config.version + 1 } });
    return false;
  };
  const present = config.members.map((member) => member.host);
  const leaving = present.filter((host) => pattern(host) === pattern(hosts[0]) && !hosts.includes(host)).pop();
  if (leaving === primary) {
    say(`${leaving} is the primary and leaves: another one is elected`);
    admin.runCommand({ replSetStepDown: 60, secondaryCatchUpPeriodSecs: 10 });
    return false;
  }
  if (leaving) {
    return change(config.members.filter((member) => member.host !== leaving), `removing ${leaving}`);
  }
  const joining = hosts.find((host) => !present.includes(host));
  if (joining) {
    if (seen.find((member) => member.host === joining).away) {
      say(`waiting for ${joining}`);
      return false;
    }
    const _id = Math.max(...config.members.map((member) => member._id)) + 1;
    return change([...config.members, { _id, host: joining, ...seat(joining) }], `adding ${joining}`);
  }
  const { members } = admin.runCommand({ replSetGetStatus: 1 });
  const behind = members.filter((member) => ![1, 2, 7].includes(member.state)).map((member) => member.name);
  if (behind.length > 0) say(`waiting until it has copied the data: ${behind.join(', ')}`);
  return behind.length === 0;
};

const round = () => {
  // The shell waits for servers in loops, and not in functions that others call.
  const seen = [];
  for (const host of hosts) seen.push(look(host));
  const stranger = seen.find((member) => member.set && member.set !== set);
  if (stranger) throw new Hopeless(`${stranger.host} is a member of the replica set ${stranger.set}`);
  const away = seen.filter((member) => member.away).map((member) => member.host);
  if (!seen.some((member) => member.set)) {
    // A member that does not answer could have the set's data: only when all answer, there is none.
    if (away.length > 0) say(`waiting for ${away.join(', ')}`);
    else initiate(hosts[0]);
    return false;
  }
  const primary = seen.map((member) => member.primary).find((host) => host);
  if (!primary) {
    say('no primary: more than half of the members must answer');
    return false;
  }
  return step(seen, primary);
};

let formed = false;
while (!formed) {
  try {
    formed = round();
  } catch (error) {
    if (error instanceof Hopeless) {
      say(error.message);
      quit(1);
    }
    // Elections, changes that are still under way, connections that a step-down closed: the next round sees what came of it.
    say(`not yet: ${error.codeName || error.message}`);
  }
  if (!formed) sleep(PAUSE);
}
say('formed');
