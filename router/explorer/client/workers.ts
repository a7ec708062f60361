// The editor's languages run in workers, which are files of their own beside this page.
const files: Record<string, string> = {
  json: '/workers/json.worker.js',
  graphql: '/workers/graphql.worker.js',
};

self.MonacoEnvironment = {
  getWorker: (_id: string, label: string) => new Worker(files[label] ?? '/workers/editor.worker.js'),
};
